import { type Reader } from './json';

/** A condition of the configuration that is not known to hold. */
export interface Check {
  readonly address: string;
  /** `unknown`: it shows only while the plan is applied. `error`: it could not be evaluated. */
  readonly status: 'fail' | 'error' | 'unknown';
  /** The configuration's own words for what is wrong. */
  readonly problems: readonly string[];
}

/** All but those that passed: of each object, and of the whole where no object says the same. */
export function readChecks(plan: Reader): Check[] {
  return plan.readers('checks').flatMap((check) => {
    const instances = check.readers('instances').flatMap(readCheck);
    const statuses = new Set(instances.map(({ status }) => status));
    return [...readCheck(check).filter(({ status }) => !statuses.has(status)), ...instances];
  });
}

function readCheck(check: Reader): Check[] {
  const status = check.optionalText('status') ?? 'unknown';
  if (status === 'pass') return [];
  return [
    {
      address: check.child('address').text('to_display'),
      // A status that comes later is no pass.
      status: status === 'fail' || status === 'error' ? status : 'unknown',
      problems: check
        .readers('problems')
        .map((problem) => problem.optionalText('message') ?? 'without a message'),
    },
  ];
}
