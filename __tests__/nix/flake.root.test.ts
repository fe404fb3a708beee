import { Facts } from './facts';

const LINUX = ['x86_64-linux', 'aarch64-linux'];
const TOOLS = [
  'deployment',
  'immutable',
  'iplz-lib',
  'iplz-server',
  'leaked-imports',
  'live',
  'nixos-deploy',
  'npm-package',
  'preview',
  'state',
];
const MACHINES = ['bootstrap-image', 'iplz-image', 'iplz-system', 'iplz-vm', 'live-systems', 'vm'];
const DERIVATION = expect.stringMatching(/^\/nix\/store\/[a-z0-9]{32}-.*\.drv$/) as string;

let facts: Facts;
beforeAll(() => {
  facts = Facts.gather();
});
afterAll(() => {
  facts.remove();
});

function derivations(names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, DERIVATION]));
}

describe('as it was cloned, with nobody allowed to deploy yet', () => {
  test('nix flake check evaluates everything', () => {
    expect(facts.of('check')).toMatchObject({ status: 0 });
  });

  test('the lock file is complete: nothing had to be locked again', () => {
    expect(facts.of('metadata')).toMatchObject({ status: 0 });
  });

  test('packages, for each system', () => {
    expect(facts.json('evaluate-packages')).toEqual({
      'x86_64-linux': derivations([...TOOLS, ...MACHINES]),
      'aarch64-linux': derivations([...TOOLS, ...MACHINES]),
      'aarch64-darwin': derivations(TOOLS),
    });
  });

  test('development shells and formatter, for each system', () => {
    const shells = derivations(['default', 'deployment', 'immutable', 'live']);
    expect(facts.json('evaluate-devShells')).toEqual({
      'x86_64-linux': shells,
      'aarch64-linux': shells,
      'aarch64-darwin': shells,
    });
    expect(facts.json('evaluate-formatter')).toEqual(derivations([...LINUX, 'aarch64-darwin']));
  });

  test('checks, for Linux', () => {
    const checks = derivations([
      'lint',
      'typescript',
      'synth',
      'application',
      'service',
      'deployment',
      'image',
    ]);
    expect(facts.json('evaluate-checks')).toEqual({ 'x86_64-linux': checks, 'aarch64-linux': checks });
  });

  test('configurations of the machines', () => {
    expect(facts.json('evaluate-nixosConfigurations')).toEqual(
      derivations(
        LINUX.flatMap((system) =>
          ['immutable-iplz', 'bootstrap', 'live-iplz'].map((name) => `${name}-${system}`),
        ),
      ),
    );
  });

  test('the application in a virtual machine, to run', () => {
    const program = expect.stringMatching(/\/bin\/run-vm-vm$/) as string;
    expect(facts.json('evaluate-apps')).toEqual(
      Object.fromEntries(LINUX.map((system) => [system, { 'iplz-vm': program, vm: program }])),
    );
  });

  test('an image that nobody could log in to is not built, and the error says what to do', () => {
    const { status, stderr } = facts.of('build-without-key');
    expect(status).toBe(1);
    expect(stderr).toContain('authorized-keys has no key');
    expect(stderr).toContain('ssh-keygen -t ed25519');
  });
});

describe('preview', () => {
  test('is built without building an image or a system', () => {
    expect(facts.of('build-preview')).toMatchObject({ status: 0 });
    const built = facts
      .read('store-after-preview.out')
      .split('\n')
      .filter((name) => !name.endsWith('.drv'));
    expect(built.filter((name) => name.endsWith('-preview'))).toHaveLength(1);
    expect(built.filter((name) => /-(iplz|bootstrap|nixos-system-.*)$/.test(name))).toEqual([]);
  });

  test('plans one stack after the other, each with its own hosts', () => {
    const any: unknown = expect.anything();
    expect(facts.file('preview-immutable.json')).toMatchObject({ hosts: { iplz: { image: any } } });
    expect(facts.file('preview-live.json')).toMatchObject({ hosts: { iplz: { toplevel: any } } });
    expect(facts.file('preview-live.bootstrap.json')).toMatchObject({ image: any });
  });

  test('a stack that does not exist', () => {
    expect(facts.of('run-preview-both')).toMatchObject({
      status: 2,
      stderr: 'preview: expected deployment, immutable, live or nothing (all), got nothing\n',
    });
  });
});

describe('what is built', () => {
  test.each([
    ['nothing by a synth', 'synth', []],
    ['nothing for a plan', 'live-plan', []],
    ['nothing to destroy', 'live-destroy', []],
    ['the systems to deploy them', 'deployment-apply', ['iplz-system']],
    ['the bootstrap image to make an instance', 'live-apply', ['bootstrap-image', 'iplz-system']],
  ])('%s', (_, command, built) => {
    const store = lines(`store-after-${command}.out`);
    const paths = Object.entries(facts.json('paths-before') as Record<string, string>);
    const isThere = (path: string) => store.includes(path.replace('/nix/store/', ''));
    const there = paths.flatMap(([name, path]) => (isThere(path) ? [name] : []));
    expect(there.filter((name) => /^(bootstrap|iplz)-(image|system)$/.test(name))).toEqual(built);
  });
});

describe('the file of hosts', () => {
  const host = {
    system: 'x86_64-linux',
    public: { tcp: [80], udp: [] },
    secrets: {},
    healthCheck: expect.stringContaining('"http://$TARGET_HOST:80/"') as string,
    wave: 0,
    replicas: 1,
    subnetId: null,
    vpcId: null,
    publicAddress: true,
    stableAddress: false,
    instanceProfile: null,
    sessionManager: false,
    binaryCache: false,
    derivation: DERIVATION,
  };
  const live = { ...host, toplevel: matching('/nix/store/[a-z0-9]{32}-nixos-system-.*'), rootVolumeGib: 20 };
  const image = (name: string) => matching(`/nix/store/[a-z0-9]{32}-${name}/${name}.vhd`);

  test('of immutable: an image', () => {
    expect(facts.file('immutable.json')).toMatchObject({
      hosts: { iplz: { ...host, image: image('iplz') } },
    });
  });

  test('of live: systems, and the release of the official AMI', () => {
    expect(facts.file('live.json')).toEqual({
      hosts: { iplz: expect.objectContaining(live) as unknown },
      release: '26.05',
    });
  });

  test('of deployment: systems alone', () => {
    expect(facts.file('deployment.json')).toMatchObject({ hosts: { iplz: live } });
    expect(Object.keys(facts.file('deployment.json') as object)).toEqual(['hosts']);
  });

  test('a second host is a module and its name; what its firewall opens is public, ssh is not', () => {
    const { hosts } = facts.file('two-hosts.json') as { hosts: Record<string, unknown> };
    expect(hosts.iplz).toEqual(
      (facts.file('deployment.json') as { hosts: Record<string, unknown> }).hosts.iplz,
    );
    expect(hosts.db).toMatchObject({ public: { tcp: [5432], udp: [{ from: 1, to: 9 }] }, healthCheck: null });
  });

  test('is all that the stacks are given', () => {
    for (const stack of ['immutable', 'live', 'deployment'])
      expect(
        lines(`${stack}.env`)
          .map((line) => line.split('=')[0])
          .sort(),
      ).toEqual([...(stack === 'live' ? ['BOOTSTRAP_FILE'] : []), 'HOSTS_FILE', 'TERRAFORM_BINARY_NAME']);
  });
});

describe('the file of the bootstrap image', () => {
  const evaluations = (run: string) =>
    facts.of(`run-${run}`).stderr.match(/^evaluating the bootstrap image/gm)?.length ?? 0;

  test('names the image that the flake has, and what builds it', () => {
    const paths = facts.json('paths-before') as Record<string, string>;
    expect(facts.file('live.bootstrap.json')).toEqual({
      image: `${paths['bootstrap-image']}/bootstrap.vhd`,
      derivation: DERIVATION,
    });
  });

  test('is evaluated once, whatever becomes of the application', () => {
    expect(evaluations('live')).toBe(1);
    expect(facts.of('build-live-other-line')).toMatchObject({ status: 0 });
    expect(facts.read('live-other-line.json')).not.toBe(facts.read('live.json'));
    expect(evaluations('live-other-line')).toBe(0);
    expect(facts.read('live-other-line.bootstrap.json')).toBe(facts.read('live.bootstrap.json'));
  });

  test('is evaluated again when it is another', () => {
    expect(evaluations('live-other-bootstrap')).toBe(1);
    expect(facts.read('live-other-bootstrap.bootstrap.json')).not.toBe(facts.read('live.bootstrap.json'));
  });

  test('is not asked for by others, nor where an AMI takes its place', () => {
    for (const run of ['immutable', 'deployment', 'live-ami']) expect(evaluations(run)).toBe(0);
  });
});

describe('what a change touches', () => {
  test('one line of the application: its image and system, never the bootstrap image', () => {
    expect(changed('paths-other-application')).toEqual([
      'deployment',
      'immutable',
      'iplz-image',
      'iplz-lib',
      'iplz-server',
      'iplz-system',
      'iplz-vm',
      'live',
      'live-systems',
      'preview',
      'vm',
    ]);
  });

  test('another nixpkgs: never the bootstrap image', () => {
    const touched = changed('paths-other-nixpkgs');
    expect(touched).toEqual(expect.arrayContaining(['iplz-image', 'iplz-system']));
    expect(touched).not.toContain('bootstrap-image');
  });

  test('a text beside the code: nothing', () => {
    expect(changed('paths-other-text')).toEqual([]);
  });
});

describe('services.iplz', () => {
  const port = "`services.iplz.port' is not of type `16 bit unsigned integer; between 0 and 65535";
  test.each([
    ['port = 65536', 'option-port65536', port],
    ['port = -1', 'option-port-1', port],
    ['port = "80"', 'option-port80', port],
    ['enable = "yes"', 'option-enableyes', "`services.iplz.enable' is not of type `boolean'"],
    ['openFirewall = 1', 'option-openFirewall1', "`services.iplz.openFirewall' is not of type `boolean'"],
    ['package = 80', 'option-package80', "`services.iplz.package' is not of type `package'"],
    ['prot = 80', 'option-prot80', "The option `services.iplz.prot' does not exist"],
  ])('refuses %s', (_, name, message) => {
    expect(facts.of(name)).toMatchObject({ status: 1, stderr: expect.stringContaining(message) as string });
  });

  test('opens the port that it is given', () => {
    expect(facts.json('option-port8080')).toEqual(expect.arrayContaining([8080]));
  });

  test('restarts always and without end, and may do nothing but bind a low port', () => {
    expect(lines('service-unit.out')).toEqual(
      expect.arrayContaining([
        'After=network.target',
        'Restart=always',
        'StartLimitIntervalSec=0',
        'Type=simple',
        'DynamicUser=true',
        'AmbientCapabilities=CAP_NET_BIND_SERVICE',
        'CapabilityBoundingSet=CAP_NET_BIND_SERVICE',
        'NoNewPrivileges=true',
        'ProtectSystem=strict',
      ]),
    );
  });
});

describe('deployment', () => {
  test.each([
    ['a VPC without a subnet', 'placement-vpcId', 'deployment.vpcId needs deployment.subnetId'],
    [
      'a private address without a subnet',
      'placement-publicAddress',
      'deployment.publicAddress = false needs',
    ],
    [
      'a stable address that is not public',
      'placement-stableAddress',
      'deployment.stableAddress is a public',
    ],
    [
      'two instance profiles',
      'placement-sessionManager',
      'deployment.sessionManager makes an instance profile',
    ],
  ])('refuses %s', (_, name, message) => {
    expect(facts.of(name)).toMatchObject({ status: 1, stderr: expect.stringContaining(message) as string });
  });

  test('sessionManager has the agent run', () => {
    expect(facts.json('placement-agent')).toEqual([false, true]);
  });
});

describe('what was built', () => {
  test.each([...TOOLS.filter((name) => name !== 'iplz-lib' && name !== 'preview'), ...MACHINES])(
    '%s',
    (name) => {
      expect(facts.of(`build-${name}`)).toMatchObject({ status: 0 });
    },
  );

  test('iplz-server answers its client', () => {
    expect(facts.of('answer')).toMatchObject({ status: 0, stdout: '127.0.0.1\n' });
  });

  test("the application's own tests pass as a check", () => {
    expect(facts.of('check-application')).toMatchObject({ status: 0 });
  });

  test('nixos-deploy explains itself', () => {
    expect(facts.of('run-nixos-deploy-help').stdout).toContain('TARGET_HOST');
  });

  test('immutable hands its arguments to cdktf', () => {
    const { status, stdout } = facts.of('run-immutable-version');
    expect({ status, version: stdout.trim().split('\n').at(-1) }).toEqual({ status: 0, version: '0.21.0' });
  });

  test('arguments with blanks, quotes and dollars arrive as they are, and synth needs no npm ci', () => {
    expect(facts.of('run-live-synth')).toMatchObject({ status: 0 });
    expect(lines('synthesized.out').sort()).toEqual(
      ['deployment', 'live'].map((stack) => `./stacks/${stack}/cdk.tf.json`),
    );
  });

  test('cdktf is told the version that Terraform has; where there are providers, Terraform is asked', () => {
    const asked = facts.json('version-asked') as Record<string, unknown>;
    expect(Object.keys(asked)).toContain('provider_selections');
    expect(facts.json('version-known')).toEqual({ terraform_version: asked.terraform_version });
    expect(facts.read('version-looked-for.out')).toBe(`v${String(asked.terraform_version)}\n`);
  });

  test('of a build that began before, an apply shows what that said; a plan waits for none', () => {
    expect(facts.read('terraform-deployment-apply.err')).toContain('building it since\n');
    expect(facts.read('terraform-live-plan.err')).not.toContain('building it since');
  });

  test('Terraform and the null provider speak without TLS where there is no other provider', () => {
    expect(facts.read('plugin-tls-live.out')).toBe('');
    expect(facts.read('plugin-tls-deployment.out')).toBe('1\n');
  });

  test('an output outside the project leads back to it', () => {
    const { terraform } = JSON.parse(facts.read('ami/stacks/live/cdk.tf.json')) as {
      terraform: { backend: { local: { path: string } } };
    };
    expect(terraform.backend.local.path).toBe('../../../../project/terraform.live.tfstate');
  });

  test('with a third-party AMI, live names no bootstrap image', () => {
    expect(facts.of('run-live-ami')).toMatchObject({ status: 0 });
    const stack = facts.read('ami/stacks/live/cdk.tf.json');
    expect(stack).toContain('427812963091');
    expect(stack).not.toContain('.vhd');
  });

  test('state is given the name of the bucket alone', () => {
    expect(lines('state.env').filter((line) => !line.startsWith('TERRAFORM'))).toEqual([
      'STATE_BUCKET=a-bucket',
    ]);
  });

  test.each(['garbage', 'command'])('%s in authorized-keys is no public key', (name) => {
    const { status, stderr } = facts.of(`evaluate-key-${name}`);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/authorized-keys: line \d+ is no public key/);
  });

  test('a wrapper outside the project says so', () => {
    const { status, stderr } = facts.of('run-immutable-elsewhere');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^immutable: no cdktf\.json in .*; run it from the folder of the project\n$/);
  });

  test.each(['immutable', 'preview'])(
    '%s outside git, where state and keys would get into the store, refuses',
    (name) => {
      const { status, stderr } = facts.of(`run-${name}-outside-git`);
      expect(status).toBe(2);
      expect(stderr).toContain(`${name}: `);
      expect(stderr).toContain('is in no git repository');
    },
  );

  test.each([
    ['default', []],
    ['immutable', ['HOSTS_FILE']],
    ['live', ['BOOTSTRAP_FILE', 'HOSTS_FILE']],
    ['deployment', ['HOSTS_FILE']],
  ])('the shell %s has the tools, and sets %p', (name, variables) => {
    const { stdout, stderr } = facts.of(`shell-${name}`);
    for (const tool of ['cdktf', 'node', 'tofu', 'nixos-deploy'])
      expect(stderr).toMatch(new RegExp(`/bin/${tool}$`, 'm'));
    expect(
      stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split('=')[0]),
    ).toEqual(variables);
  });
});

test('a check with virtual machines, which the stub cannot run, never passes with it', () => {
  const { status, stderr } = facts.of('check-service');
  expect(status).toBe(1);
  expect(stderr).toContain('cannot run virtual machines');
});

describe('the image', () => {
  test('is a fixed VHD: whole mebibytes and a footer whose checksum holds', () => {
    const image = facts.bytes('bootstrap.vhd');
    const footer = image.subarray(-512);
    const size = image.length - 512;
    expect(size % 2 ** 20).toBe(0);
    expect(footer.subarray(0, 8).toString('latin1')).toBe('conectix');
    expect([footer.readBigUInt64BE(40), footer.readBigUInt64BE(48)]).toEqual([BigInt(size), BigInt(size)]);
    expect(footer.readUInt32BE(60)).toBe(2);
    const sum = footer.reduce((total, byte, at) => (at >= 64 && at < 68 ? total : total + byte), 0);
    expect(footer.readUInt32BE(64)).toBe(~sum >>> 0);
  });

  test('says of itself what the AMI must be registered with', () => {
    expect(JSON.parse(facts.read('image-info.json'))).toMatchObject({
      system: 'x86_64-linux',
      boot_mode: 'legacy-bios',
      file: matching('/nix/store/[a-z0-9]{32}-bootstrap/bootstrap.vhd'),
    });
  });
});

function lines(file: string): string[] {
  return facts.read(file).trim().split('\n');
}

function matching(pattern: string): string {
  return expect.stringMatching(new RegExp(`^${pattern}$`)) as string;
}

/** The packages whose path differs from that before the change. */
function changed(name: string): string[] {
  const before = facts.json('paths-before') as Record<string, string>;
  const after = facts.json(name) as Record<string, string>;
  return Object.keys(before).filter((one) => before[one] !== after[one]);
}

test.each([
  ['the application alone', 'reached-application', 'immutable deployment'],
  ['a second host', 'reached-second-host', 'immutable live'],
])('in CI, a commit of %s reaches what it configures otherwise', (_, name, stacks) => {
  expect(facts.of(name)).toMatchObject({ status: 0 });
  expect(facts.read(`${name}.output`)).toBe(`stacks=${stacks}\n`);
});
