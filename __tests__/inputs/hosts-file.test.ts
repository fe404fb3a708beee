import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readInputs } from '../../inputs';
import { InputsError } from '../../inputs/problems';

const TOPLEVEL = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-web';
const DERIVATION = '/nix/store/1123456789abcdfghijklmnpqrsvwxyz-nixos-system-web.drv';
const IMAGE = '/nix/store/2123456789abcdfghijklmnpqrsvwxyz-iplz/iplz.vhd';
const WEB = { system: 'x86_64-linux', toplevel: TOPLEVEL };
const LIVE = { hosts: { web: WEB }, release: '26.05' };
const BOOTSTRAP = { image: '/nix/store/3123456789abcdfghijklmnpqrsvwxyz-bootstrap/bootstrap.vhd' };

let before: string;
let project: string;
beforeEach(() => {
  before = process.cwd();
  project = mkdtempSync(join(tmpdir(), 'hosts-file-'));
  process.chdir(project);
});
afterEach(() => {
  process.chdir(before);
  rmSync(project, { recursive: true });
});

/** What is read of a file with these facts. */
function read(facts: unknown, env: Readonly<Record<string, string>> = {}) {
  const file = join(project, 'hosts.json');
  writeFileSync(file, typeof facts === 'string' ? facts : JSON.stringify(facts));
  return readInputs({ HOSTS_FILE: file, SSH_CIDRS: '203.0.113.7/32', ...env }, 'web');
}

/** The variable for a file with these facts of the bootstrap image. */
function bootstrapFile(facts: unknown): Readonly<Record<string, string>> {
  const file = join(project, 'bootstrap.json');
  writeFileSync(file, JSON.stringify(facts));
  return { BOOTSTRAP_FILE: file };
}

function refusal(...given: Parameters<typeof read>): string {
  try {
    read(...given);
  } catch (error) {
    if (error instanceof InputsError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

const namesOf = (hosts: readonly { name: string }[] = []) => hosts.map(({ name }) => name);

describe('selects', () => {
  test('deployment for hosts with a system', () => {
    const { immutable, live, deployment } = read({ hosts: { web: WEB } });
    expect([immutable, live]).toEqual([undefined, undefined]);
    expect(deployment?.hosts).toEqual([
      {
        name: 'web',
        system: 'x86_64-linux',
        toplevel: TOPLEVEL,
        tcpPorts: [],
        udpPorts: [],
        wave: 0,
        secrets: [],
      },
    ]);
  });

  test('live beside it where there is a release, with the bootstrap image that has a file of its own', () => {
    const { live, deployment } = read(LIVE, bootstrapFile({ ...BOOTSTRAP, derivation: DERIVATION }));
    expect(live).toMatchObject({
      system: 'x86_64-linux',
      bootstrap: { imagePath: BOOTSTRAP.image, derivation: DERIVATION },
    });
    expect(namesOf(live?.hosts)).toEqual(namesOf(deployment?.hosts));
  });

  test('live with no such file, or with one of something else, is refused', () => {
    expect(refusal(LIVE)).toMatch(/BOOTSTRAP_FILE\n {2}got {7}nothing: it is unset/);
    expect(refusal(LIVE, { BOOTSTRAP_FILE: '/nonexistent' })).toMatch(
      /BOOTSTRAP_FILE\n.*\/nonexistent".*ENOENT/,
    );
    expect(refusal(LIVE, bootstrapFile({ hosts: {} }))).toMatch(/bootstrap\.hosts\n[^]*bootstrap\.image\n/);
  });

  test('immutable for a host with an image', () => {
    const { immutable, live, deployment } = read({
      hosts: { iplz: { system: 'aarch64-linux', image: IMAGE, derivation: DERIVATION } },
    });
    expect([live, deployment]).toEqual([undefined, undefined]);
    expect(immutable?.host).toMatchObject({
      name: 'iplz',
      system: 'aarch64-linux',
      imagePath: IMAGE,
      derivation: DERIVATION,
    });
  });

  test('an AMI in place of the bootstrap image, of the release that the file says', () => {
    mkdirSync('nix');
    writeFileSync(
      'authorized-keys',
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH8f5q1B2gxdk9SCEtVOxd5HeEw6n0SGq0uWq0wqVd1k\n',
    );
    const facts = { ...LIVE, release: '27.05' };
    expect(read(facts, { BOOTSTRAP_AMI: 'registry' }).live?.bootstrap).toMatchObject({
      ami: 'registry',
      release: '27.05',
    });
  });

  test('no hardware for an AMI alone: a deployment is a deployment whatever else is set', () => {
    expect(read({ hosts: { web: WEB } }, { BOOTSTRAP_AMI: 'registry' }).live).toBeUndefined();
  });
});

test('every fact of a host', () => {
  mkdirSync('secrets');
  for (const file of ['greeting.age', 'database.age']) writeFileSync(join('secrets', file), '');
  const host = {
    ...WEB,
    derivation: DERIVATION,
    public: { tcp: [80, { from: 8000, to: 8010 }], udp: [53] },
    secrets: { greeting: 'greeting.age', password: 'database.age' },
    instanceType: 't3.small',
    rootVolumeGib: 30,
    healthCheck: 'curl --fail \\\n  "http://$TARGET_HOST/"\n',
    wave: 2,
    replicas: 1,
    subnetId: 'subnet-0123456789abcdef0',
    vpcId: 'vpc-01234567',
    publicAddress: true,
    stableAddress: true,
    instanceProfile: 'web',
    sessionManager: false,
    binaryCache: true,
  };
  expect(read({ hosts: { web: host } }).deployment?.hosts).toEqual([
    {
      name: 'web',
      system: 'x86_64-linux',
      toplevel: TOPLEVEL,
      derivation: DERIVATION,
      tcpPorts: [80, { from: 8000, to: 8010 }],
      udpPorts: [53],
      secrets: ['database', 'greeting'],
      instanceType: 't3.small',
      rootVolumeGib: 30,
      healthCheck: 'curl --fail \\\n  "http://$TARGET_HOST/"',
      wave: 2,
      subnetId: 'subnet-0123456789abcdef0',
      vpcId: 'vpc-01234567',
      publicAddress: true,
      stableAddress: true,
      instanceProfile: 'web',
      sessionManager: false,
      binaryCache: true,
    },
  ]);
});

test('replicas are hosts of one configuration; the first keeps the name', () => {
  expect(namesOf(read({ hosts: { web: { ...WEB, replicas: 3 }, db: WEB } }).deployment?.hosts)).toEqual([
    'web',
    'web-2',
    'web-3',
    'db',
  ]);
  expect(refusal({ hosts: { web: { ...WEB, replicas: 2 }, 'web-2': WEB } })).toContain(
    'hosts.web-2\n  got       a host and a replica of that name',
  );
});

test('every problem at once, each with its path, what was got and what is expected', () => {
  const message = refusal({
    hosts: {
      Web: WEB,
      db: {
        ...WEB,
        system: 'riscv64-linux',
        toplevel: '/nix/store/short',
        public: { tcp: [80, 443, 70000, { from: 9, to: 8 }, 22, { from: 20, to: 30 }], udp: 53, sctp: [] },
        secrets: { greeting: 'greeting.age', odd: '../x' },
        instanceType: 'large',
        rootVolumeGib: 0.5,
        healthCheck: 'curl -w "%{http_code}"',
        wave: -1,
        replicas: 0,
        subnetId: 'subnet-1',
        vpcId: 'subnet-0123456789abcdef0',
        publicAddress: 'yes',
        stableAddress: 1,
        instanceProfile: 'arn:aws:iam::1:instance-profile/web',
        sessionManager: 'no',
        binaryCache: 1,
        ports: [80],
      },
    },
  });
  expect(message).toContain('The environment has 24 problems:');
  for (const [path, got] of [
    ['hosts.Web', 'the name "Web"'],
    ['hosts.db.system', '"riscv64-linux"'],
    ['hosts.db.toplevel', '"/nix/store/short"'],
    ['hosts.db.public.tcp[2]', '70000'],
    ['hosts.db.public.tcp[3]', '{"from":9,"to":8}'],
    ['hosts.db.public.tcp[4]', '22'],
    ['hosts.db.public.tcp[5]', '{"from":20,"to":30}'],
    ['hosts.db.public.udp', '53'],
    ['hosts.db.public.sctp', '[]'],
    ['hosts.db.secrets.greeting', 'no file secrets/greeting.age'],
    ['hosts.db.secrets.odd', '"../x"'],
    ['hosts.db.instanceType', '"large"'],
    ['hosts.db.rootVolumeGib', '0.5'],
    ['hosts.db.healthCheck', '"curl -w \\"%{http_code}\\""'],
    ['hosts.db.wave', '-1'],
    ['hosts.db.replicas', '0'],
    ['hosts.db.subnetId', '"subnet-1"'],
    ['hosts.db.vpcId', '"subnet-0123456789abcdef0"'],
    ['hosts.db.publicAddress', '"yes"'],
    ['hosts.db.stableAddress', '1'],
    ['hosts.db.instanceProfile', '"arn:aws:iam::1:instance-profile/web"'],
    ['hosts.db.sessionManager', '"no"'],
    ['hosts.db.binaryCache', '1'],
    ['hosts.db.ports', '[80]'],
  ]) {
    expect(message).toContain(`\n\n${path}\n  got       ${got}\n  expected  `);
  }
  expect(message).toContain('hosts.db.secrets.greeting\n  got       no file secrets/greeting.age\n');
  expect(message).toContain('  set it    npm run secrets -- edit greeting\n');
});

test.each([
  ['no JSON', '{', 'HOSTS_FILE\n  got       '],
  ['a list', [], 'HOSTS_FILE\n  got       []\n  expected  an object'],
  ['no hosts', { hosts: {} }, 'hosts\n  got       {}\n  expected  at least one host'],
  ['a host that is none', { hosts: { web: 1 } }, 'hosts.web\n  got       1\n  expected  an object'],
  [
    'neither a system nor an image',
    { hosts: { web: { system: 'x86_64-linux' } } },
    'hosts.web.toplevel\n  got       nothing',
  ],
  [
    'both',
    { hosts: { web: { ...WEB, image: IMAGE } } },
    'hosts.web.toplevel\n  got       a system beside an image',
  ],
  [
    'two immutable hosts',
    { hosts: { a: { system: 'x86_64-linux', image: IMAGE }, b: { system: 'x86_64-linux', image: IMAGE } } },
    'hosts.b.image\n  got       an image beside that of hosts.a',
  ],
  [
    'two platforms',
    { hosts: { a: WEB, b: { ...WEB, system: 'aarch64-linux' } } },
    'hosts.b.system\n  got       "aarch64-linux"\n  expected  x86_64-linux, as hosts.a.system',
  ],
])('%s is refused', (_, facts, message) => {
  expect(refusal(facts)).toContain(message);
});

test.each([
  [{ vpcId: 'vpc-01234567' }, 'hosts.web.subnetId\n  got       nothing, beside vpcId\n'],
  [{ publicAddress: false }, 'hosts.web.subnetId\n  got       nothing, beside publicAddress = false\n'],
  [
    { publicAddress: false, stableAddress: true },
    'hosts.web.stableAddress\n  got       true, beside publicAddress = false\n  expected  one of the two',
  ],
  [
    { instanceProfile: 'web', sessionManager: true },
    'hosts.web.sessionManager\n  got       true, beside instanceProfile\n  expected  one of the two',
  ],
])('what contradicts itself is refused: %j', (facts, message) => {
  expect(refusal({ hosts: { web: { ...WEB, ...facts } } })).toContain(message);
});

test('a file that is not there is named', () => {
  expect(() => readInputs({ HOSTS_FILE: '/nonexistent/hosts.json' }, 'web')).toThrow(
    /HOSTS_FILE\n.*\/nonexistent\/hosts\.json/,
  );
});

test.each(['IMAGE_PATH', 'BOOTSTRAP_IMAGE_PATH', 'LIVE_CONFIG_PATH', 'NIX_SYSTEM'])(
  '%s beside it is refused: a fact is said once',
  (name) => {
    expect(refusal({ hosts: { web: WEB } }, { [name]: 'x' })).toContain(
      `${name}\n  got       "x", beside HOSTS_FILE, which says it already`,
    );
  },
);
