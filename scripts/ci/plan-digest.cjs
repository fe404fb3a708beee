// Prints the SHA-256 of what a plan would do, and how many resources it changes:
// `plan-digest.cjs PLAN.json`, of `tofu show -json`. It does without what two plans of the same changes may differ in: when and how they were made,
// and values that stay. What a later Terraform adds counts, so that nothing new goes unseen.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');

const NOT_DONE = [
  'timestamp',
  'prior_state',
  'planned_values',
  'resource_drift',
  'relevant_attributes',
  'checks',
];

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

const isChange = ({ change }) => change.actions.some((action) => action !== 'no-op' && action !== 'read');
const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
for (const name of NOT_DONE) delete plan[name];
plan.resource_changes = (plan.resource_changes ?? []).filter(isChange);
const digest = createHash('sha256')
  .update(JSON.stringify(sorted(plan)))
  .digest('hex');
console.log(digest, plan.resource_changes.length);
