import { printedCounts } from './printed-counts';

// As cdktf 0.21 prints two stacks: a name stands where another stack's output ended, what follows is below it.
const PRINTED = `
\u001b[2K\u001b[1A\u001b[Glive  \u001b[0m\u001b[1mInitializing the backend...\u001b[0m
      \u001b[1mPlan:\u001b[0m 3 to add, 1 to change, 2 to destroy.
deployment  null_resource.nixos_deployment_web: Refreshing state... [id=1]
            No changes. Your infrastructure matches the configuration.
`;

test.each([
  ['live', PRINTED, { add: 3, change: 1, destroy: 2 }],
  ['deployment', PRINTED, { add: 0, change: 0, destroy: 0 }],
  ['immutable', PRINTED, undefined],
  [
    'live',
    'live  Plan: 1 to import, 2 to add, 0 to change, 0 to destroy.',
    { add: 2, change: 0, destroy: 0 },
  ],
  [
    'live',
    "Terraform's own\nPlan: 0 to add, 1 to change, 0 to destroy.\n",
    { add: 0, change: 1, destroy: 0 },
  ],
  ['live', 'Changes to Outputs:\n  + url = "http://127.0.0.1"\n', undefined],
  ['live', '', undefined],
])('%s', (stack, printed, counts) => {
  expect(printedCounts(stack, printed)).toEqual(counts);
});
