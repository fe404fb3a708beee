type Triggers = Readonly<Record<string, string>>;

/** Of the stack's JSON and of `terraform show -json`, what is looked at here. */
interface Declared {
  readonly resource?: { readonly null_resource?: Readonly<Record<string, { readonly triggers?: Triggers }>> };
}
interface Shown {
  readonly values?: {
    readonly root_module?: {
      readonly resources?: readonly {
        readonly address: string;
        readonly tainted?: boolean;
        readonly values?: { readonly triggers?: Triggers; readonly outputs?: { readonly hosts?: Instances } };
      }[];
    };
  };
}
type Instances = Readonly<Record<string, { readonly instance_id?: string }>>;

const DEPLOYMENT = 'null_resource.nixos_deployment_';

/** Names of the hosts whose deployment the state has as the stack declares it, to the instance that live has made. */
export function upToDateHosts(stackJson: string, stateJson: string): ReadonlySet<string> {
  const declared = (JSON.parse(stackJson) as Declared).resource?.null_resource ?? {};
  const resources = (JSON.parse(stateJson) as Shown).values?.root_module?.resources ?? [];
  const live = resources.find(({ address }) => address === 'data.terraform_remote_state.live');
  const upToDate = resources.filter(({ address, tainted, values }) => {
    if (!address.startsWith(DEPLOYMENT) || tainted === true) return false;
    const host = address.slice(DEPLOYMENT.length);
    const instance = live?.values?.outputs?.hosts?.[host]?.instance_id;
    return isSame(declared[address.slice('null_resource.'.length)]?.triggers, values?.triggers, instance);
  });
  return new Set(upToDate.map(({ address }) => address.slice(DEPLOYMENT.length)));
}

function isSame(declared: Triggers | undefined, known: Triggers | undefined, instance?: string): boolean {
  if (declared === undefined || known === undefined) return false;
  const next: Triggers = { ...declared, ...(instance !== undefined && { instance_id: instance }) };
  const names = new Set([...Object.keys(next), ...Object.keys(known)]);
  return [...names].every((name) => next[name] === known[name]);
}
