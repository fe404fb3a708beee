/** Addresses of the resources that each resource or output of a stack's JSON refers to. */
export type References = Readonly<Record<string, readonly string[]>>;

interface StackJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly output: Readonly<Record<string, unknown>>;
}

/** Read the references of `cdk.tf.json`: templates, `depends_on` and `replace_triggered_by`. */
export function referencesOf(json: StackJson): References {
  const nodes = [
    ...Object.entries(json.resource).flatMap(([type, named]) =>
      Object.entries(named).map(([name, body]) => [`${type}.${name}`, body] as const),
    ),
    ...Object.entries(json.output).map(([name, body]) => [`output.${name}`, body] as const),
  ];
  const addresses = nodes.map(([address]) => address);
  return Object.fromEntries(
    nodes.map(([address, body]) => {
      const text = JSON.stringify(body, (key, value: unknown) => (key === '//' ? undefined : value));
      return [
        address,
        addresses.filter((other) => other !== address && new RegExp(`\\b${other}\\b`).test(text)),
      ];
    }),
  );
}

/** The same with resources named by their type: how the guide draws it. */
export function typeReferencesOf(json: StackJson): References {
  const typeOf = (address: string) =>
    address.startsWith('output.') ? address : (address.split('.')[0] ?? address);
  return Object.fromEntries(
    Object.entries(referencesOf(json)).map(([from, to]) => [typeOf(from), to.map(typeOf).sort()]),
  );
}
