import { Progress } from './progress';

/** What is said after these lines, each a second after the one before it. */
function after(...lines: readonly string[]): string | undefined {
  let now = 0;
  const progress = new Progress(() => now);
  for (const line of lines) {
    progress.hear(line);
    now += 1000;
  }
  return progress.describe();
}

test('nothing is known before a line was heard', () => {
  expect(after()).toBeUndefined();
  expect(after('something else')).toBeUndefined();
});

test('names the resource that Terraform waits for, and since when', () => {
  expect(
    after(
      'live  aws_ami.image: Creating...',
      'live  aws_ami.image: Still creating... [10s elapsed]',
      '1 Stack deploying     0 Stacks done     0 Stacks waiting',
    ),
  ).toBe('waiting for aws_ami.image (creating for 3 s)');
});

test.each([
  ['Modifying', 'Modifications'],
  ['Destroying', 'Destruction'],
  ['Creating', 'Creation'],
  ['Reading', 'Read'],
])('%s: a resource is waited for until it has ended', (begun, ended) => {
  const begin = `      aws_instance.host: ${begun}... [id=i-1]`;
  expect(after(begin)).toBe(`waiting for aws_instance.host (${begun.toLowerCase()} for 1 s)`);
  expect(after(begin, `aws_instance.host: ${ended} complete after 1s [id=i-1]`)).toBe(
    'Terraform goes on after aws_instance.host, for 1 s',
  );
});

test('the longest awaited comes first, and of many only three are named', () => {
  expect(after(...['a', 'b', 'c', 'd', 'e'].map((name) => `x.${name}: Creating...`))).toBe(
    'waiting for x.a (creating for 5 s), x.b (creating for 4 s), x.c (creating for 3 s) and 2 more',
  );
});

test('says what the provisioner of a resource said last', () => {
  expect(
    after(
      'null_resource.deployment: Creating...',
      'null_resource.deployment (local-exec): nixos-deploy: copying 2 of 18 paths',
    ),
  ).toBe('waiting for null_resource.deployment (creating for 2 s: nixos-deploy: copying 2 of 18 paths)');
});

test.each([
  ["building '/nix/store/nndw125dcs7d9rvw4wygmqhhrd96l32p-iplz-1.drv'...", 'Nix builds iplz-1'],
  ['live  Initializing the backend...', 'Terraform initializes'],
  ['Terraform has been successfully initialized!', 'Terraform loads the providers and plans'],
  ['OpenTofu has been successfully initialized!', 'Terraform loads the providers and plans'],
  ['live  aws_instance.host: Refreshing state... [id=i-1]', 'Terraform reads what is there'],
  ['      Plan: 1 to add, 0 to change, 1 to destroy.', 'Terraform has planned'],
  ['No changes. Your infrastructure matches the configuration.', 'Terraform has planned'],
])('%s', (line, said) => {
  expect(after(line)).toBe(`${said}, for 1 s`);
  expect(after(line, 'a line that says nothing', line)).toBe(`${said}, for 3 s`);
});
