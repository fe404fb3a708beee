/** A value that opens, wherever it is. */
const OPEN_VALUES = /^(?:0\.0\.0\.0\/0|::\/0|public-read|public-read-write|authenticated-read|\*|NONE)$/;

/** Attributes that open when they are, or that close and are not. */
const OPEN_IF: readonly (readonly [RegExp, unknown])[] = [
  [/^(?:block_public_(?:acls|policy)|ignore_public_acls|restrict_public_buckets)$/, false],
  [
    /^(?:encrypted|storage_encrypted|\w*encryption_enabled|at_rest_encryption\w*|in_transit_encryption\w*)$/,
    false,
  ],
  [/^(?:publicly_accessible|map_public_ip_on_launch|privileged)$/, true],
  [/^http_tokens$/, 'optional'],
];

/** Policies of AWS by which everything is allowed. */
const ALL_ALLOWED = /:aws:policy\/(?:AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

/** Whether a value opens something, by its path. */
export function opens(path: readonly (string | number)[], of: unknown): boolean {
  const label = path.findLast((key) => typeof key === 'string') ?? '';
  return (
    (typeof of === 'string' && (OPEN_VALUES.test(of) || ALL_ALLOWED.test(of))) ||
    OPEN_IF.some(([pattern, open]) => pattern.test(label) && of === open)
  );
}
