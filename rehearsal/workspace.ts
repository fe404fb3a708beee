import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { AttachedProvider } from './attached-provider';
import { run } from './run-command';
import type { EmulatedCloud } from './emulated-cloud';
import { printedCounts } from './printed-counts';
import type { PlanCounts } from './report';
import { TERRAFORM_PROGRAM } from './terraform-program';

/** A stack of the project, by its id. */
export type StackId = 'immutable' | 'live' | 'deployment' | 'state';

/** Limits in seconds that only what hangs reaches, on a busy machine too. */
const LIMITS = { build: 900, cdktf: 1800, terraform: 1800, answer: 300, import: 1800 } as const;

/**
 * A copy of the project and a deployer who works in it, in a sandbox: what
 * happens there happens to files below one folder and to the emulated cloud.
 */
export class Workspace {
  readonly project: string;
  /** Variables that a scenario sets beyond those of every deployer. */
  readonly variables: Record<string, string> = {};
  private readonly stub: string;
  private bootstrapStub: string;
  private readonly logs: string;
  private provider: AttachedProvider | undefined;

  constructor(
    /** This project's folder: the rehearsal's tools, and what projects are made with. */
    private readonly source: string,
    /** Whose workspace it is, for the lines that are printed. */
    private readonly label: string,
    /** Folder of everything that the workspace writes. */
    readonly directory: string,
    /** The cloud that it deploys to. */
    private readonly cloud: EmulatedCloud,
    /** The set-up's cache of tools: providers, Python packages. */
    private readonly cache: string,
    /** The project that is rehearsed: this one, or one whose flake has it as its input `iplz-deploy`. */
    private readonly rehearsed = source,
  ) {
    this.project = join(directory, 'project');
    this.stub = join(directory, 'nixpkgs');
    this.bootstrapStub = this.stub;
    this.logs = join(directory, 'logs');
    mkdirSync(this.logs, { recursive: true });
  }

  /** Copy what git tracks or would track, with a deployer's key let in, and lay out the stub nixpkgs. */
  prepare(): void {
    this.copyTracked(this.rehearsed, this.project);
    if (this.isOfAnother) this.copyTracked(this.source, this.input);
    this.check('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'rehearsal', '-f', this.identity]);
    writeFileSync(join(this.project, 'authorized-keys'), readFileSync(`${this.identity}.pub`));
    // A flake in a git repository is what git knows of it.
    this.git(this.project, 'init', '--quiet');
    this.git(this.project, 'add', '--all');
    this.check('rehearsal/nixpkgs/assemble.sh', [this.stub]);
  }

  /** Let every command of Terraform from now on have the same AWS provider, which ends with `detachProvider`. */
  async attachProvider(): Promise<void> {
    this.provider = await AttachedProvider.start(join(this.cache, 'providers'), this.environment);
  }

  async detachProvider(): Promise<void> {
    await this.provider?.stop();
    this.provider = undefined;
  }

  /** Build an output of the flake, the project's unless another is given; returns its store path. */
  async build(attribute: string, flake = '.'): Promise<string> {
    const link = join(this.directory, `result-${attribute}`);
    await run(
      ['nix', 'build', ...this.flakeOptions, '--out-link', link, `${flake}#${attribute}`],
      this.options(`build-${attribute}`, LIMITS.build),
    );
    return spawnSync('readlink', ['--canonicalize', link], { encoding: 'utf8' }).stdout.trim();
  }

  /** Let NixOS' account offer an AMI of that name: a plain machine of the stub nixpkgs; returns its id. */
  async offerRegistryImage(name: string): Promise<string> {
    const image = await this.build('registry-image', `path:${this.stub}`);
    return this.cloud.offer(name, join(image, 'nixos.vhd'));
  }

  /** The packages that the flake has for this machine, by name. */
  async packages(): Promise<readonly string[]> {
    const system = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux`;
    const names = await run(
      [
        'nix',
        'eval',
        '--json',
        ...this.flakeOptions,
        `.#packages.${system}`,
        '--apply',
        'builtins.attrNames',
      ],
      this.options('packages', LIMITS.build),
    );
    return JSON.parse(names) as readonly string[];
  }

  /** `nix run .#STACK -- ARGUMENT...`: the flake's own wrapper of cdktf. */
  async cdktf(stack: StackId, ...args: readonly string[]): Promise<string> {
    return run(
      ['nix', 'run', ...this.flakeOptions, `.#${stack}`, '--', ...args],
      this.options(`${stack}-${args[0] ?? ''}`, LIMITS.cdktf),
    );
  }

  /** cdktf in the development shell, where one host is described by variables. */
  async cdktfInShell(
    variables: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<string> {
    const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    return run(
      ['nix', 'develop', ...this.flakeOptions, '--command', 'env', ...set, 'cdktf', ...args],
      this.options(`${args[0] ?? ''}-in-shell`, LIMITS.cdktf),
    );
  }

  /** `diff`, and what the plan that it leaves counts. */
  async plan(stack: StackId): Promise<PlanCounts> {
    return this.planCounts(stack, await this.cdktf(stack, 'diff'));
  }

  /** Plan once more what the last `diff` or `deploy` synthesized, and what that counts. */
  async replan(stack: StackId): Promise<PlanCounts> {
    return this.planCounts(
      stack,
      await this.terraform(stack, 'plan', '-input=false', '-no-color', '-out=plan'),
    );
  }

  /**
   * What the plan counts that the last plan of a stack left: as it is in what was printed, or else in the plan
   * itself, which takes Terraform another second.
   */
  async planCounts(stack: StackId, printed = ''): Promise<PlanCounts> {
    const counts = printedCounts(stack, printed);
    if (counts) return counts;
    const json = await this.terraform(stack, 'show', '-json', 'plan');
    const plan = JSON.parse(json) as {
      resource_changes?: readonly { change: { actions: readonly string[] } }[];
    };
    const actions = (plan.resource_changes ?? []).map(({ change }) => change.actions);
    const count = (action: string) => actions.filter((all) => all.includes(action)).length;
    return { add: count('create'), change: count('update'), destroy: count('delete') };
  }

  /** What the last plan of a stack does, such as `delete/create null_resource.x`, by name. */
  async plannedChanges(stack: StackId): Promise<readonly string[]> {
    const plan = JSON.parse(await this.terraform(stack, 'show', '-json', 'plan')) as {
      resource_changes?: readonly { address: string; change: { actions: readonly string[] } }[];
    };
    return (plan.resource_changes ?? [])
      .filter(({ change: { actions } }) => !['no-op', 'read'].includes(actions.join()))
      .map(({ address, change }) => `${change.actions.join('/')} ${address}`)
      .sort();
  }

  /** Every resource in the states of these stacks, by name; what is only read is none. */
  async stateOf(...stacks: readonly StackId[]): Promise<readonly string[]> {
    const lists = await Promise.all(stacks.map((stack) => this.terraform(stack, 'state', 'list')));
    return lists
      .join('\n')
      .split('\n')
      .filter((address) => address !== '' && !address.startsWith('data.'))
      .sort();
  }

  /** An output of a stack that was deployed. */
  async output(stack: StackId, name: string): Promise<string> {
    return (await this.terraform(stack, 'output', '-raw', name)).trim();
  }

  /** A command of Terraform's own on a stack that was planned or deployed. */
  async terraform(stack: StackId, ...args: readonly string[]): Promise<string> {
    return run([TERRAFORM_PROGRAM, ...args], {
      ...this.options(`${stack}-terraform`, LIMITS.terraform),
      cwd: join(this.project, 'cdktf.out/stacks', stack),
    });
  }

  /** Start a command of Terraform's own; whoever starts it answers its questions and ends it. */
  start(stack: StackId, ...args: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn(TERRAFORM_PROGRAM, args, {
      cwd: join(this.project, 'cdktf.out/stacks', stack),
      env: this.environment,
      detached: true, // its own process group: to end it is to end its providers as well
    });
  }

  /** A command of the AWS CLI, as somebody else than Terraform; returns its output. */
  async aws(...args: readonly string[]): Promise<string> {
    return (await run(['aws', ...args], this.awsOptions)).trim();
  }

  /** What the project's own script says of interrupted imports of a stack, by what cdktf has written of it. */
  async leakedImports(stack: StackId, output = 'cdktf.out'): Promise<string> {
    const printed = await run(
      ['env', `CDKTF_OUTPUT=${output}`, 'scripts/leaked-imports.sh', stack],
      this.awsOptions,
    );
    return printed.trim();
  }

  /** Resolves when EC2 begins the next import; throws when it has not within 1800 s. */
  async nextImport(): Promise<void> {
    return this.cloud.nextImport(LIMITS.import);
  }

  /** Start what `cdktf` runs to its end, in a process group of its own, as a terminal does; whoever starts it ends it. */
  startCdktf(stack: StackId, ...args: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn('nix', ['run', ...this.flakeOptions, `.#${stack}`, '--', ...args], {
      cwd: this.project,
      env: this.environment,
      detached: true,
    });
  }

  /** Delete every version of every object of a bucket. */
  async emptyBucket(bucket: string): Promise<void> {
    const program = "import boto3, sys; boto3.resource('s3').Bucket(sys.argv[1]).object_versions.delete()";
    await run(
      [join(this.source, '.venv/bin/python3'), '-c', program, bucket],
      this.options('empty-bucket', LIMITS.answer),
    );
  }

  /** Run a command on the machine, as the deployer would. */
  async ssh(address: string, command: string): Promise<string> {
    const known = [
      '-o',
      `UserKnownHostsFile=${join(this.project, 'known_hosts')}`,
      '-o',
      'StrictHostKeyChecking=yes',
    ];
    const options = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=60', '-i', this.identity, ...known];
    return run(['ssh', ...options, `root@${address}`, command], this.options('ssh', LIMITS.answer));
  }

  /** Reboot the machine; resolves when it has booted again. */
  async reboot(address: string): Promise<void> {
    const bootId = 'cat /proc/sys/kernel/random/boot_id';
    const before = await this.ssh(address, bootId);
    await this.ssh(address, 'systemctl reboot').catch(() => undefined); // the connection dies with the machine
    const deadline = Date.now() + LIMITS.answer * 1000;
    for (;;) {
      const now = await this.ssh(address, bootId).catch(() => before);
      if (now !== before) return;
      if (Date.now() > deadline) throw new Error(`${address} did not boot again within ${LIMITS.answer} s`);
      await setTimeout(200);
    }
  }

  /** Give the bootstrap image a nixpkgs of another version, as an update of its pin would; returns the undoing. */
  bumpBootstrapNixpkgs(): () => void {
    const bumped = `${this.stub}-bumped`;
    cpSync(this.stub, bumped, { recursive: true, verbatimSymlinks: true });
    const version = join(bumped, 'version.nix');
    writeFileSync(version, readFileSync(version, 'utf8').replace(/stub/g, 'bump'));
    this.bootstrapStub = bumped;
    return () => {
      this.bootstrapStub = this.stub;
    };
  }

  /** What a URL answers, once it does: a machine that was just made still boots. */
  async answer(url: string): Promise<string> {
    const retry = ['--retry', String(LIMITS.answer), '--retry-delay', '1', '--retry-connrefused'];
    const limit = ['--retry-max-time', String(LIMITS.answer), '--max-time', '5'];
    const body = await run(
      ['curl', '--fail', '--silent', '--show-error', ...retry, ...limit, url],
      this.options('curl', LIMITS.answer * 2),
    );
    return body.trim();
  }

  /** Replace a text in one file of the project; it must be there once. */
  edit(file: string, from: string, to: string): void {
    const path = join(this.project, file);
    const before = readFileSync(path, 'utf8');
    if (before.split(from).length !== 2) throw new Error(`${file} must contain ${JSON.stringify(from)} once`);
    writeFileSync(path, before.replace(from, to));
  }

  /** Undo the edits of one file. */
  restore(file: string): void {
    cpSync(join(this.source, file), join(this.project, file));
  }

  /** The environment of a deployer whose cloud is the emulated one. */
  get environment(): NodeJS.ProcessEnv {
    const { PATH, LANG, TERM, XDG_CACHE_HOME, XDG_CONFIG_HOME, XDG_STATE_HOME, NIX_CONF_DIR, NIX_CONFIG } =
      process.env;
    const { SUDO_UID } = process.env; // root's git takes a folder of whoever called sudo for its own
    return {
      PATH,
      LANG,
      TERM,
      XDG_CACHE_HOME,
      XDG_CONFIG_HOME,
      XDG_STATE_HOME,
      NIX_CONF_DIR,
      NIX_CONFIG,
      SUDO_UID,
      HOME: this.directory,
      PIP_TARGET_CACHE: join(this.cache, 'site-packages'),
      TF_CLI_CONFIG_FILE: join(this.cache, 'terraform.rc'),
      CHECKPOINT_DISABLE: '1',
      // Go collects garbage for a third of the time in which the AWS provider starts: only where there is much.
      GOGC: 'off',
      GOMEMLIMIT: '1GiB',
      // And no keys are made to start the null provider.
      ...(this.provider && { TF_REATTACH_PROVIDERS: this.provider.variable, TF_DISABLE_PLUGIN_TLS: '1' }),
      ...this.cloud.environment,
      ...this.variables,
      SSH_CIDRS: '127.0.0.0/8',
      SSH_IDENTITY_FILE: this.identity,
    };
  }

  /** Write a file that gives a shell the deployer's environment and folder; returns its path. */
  writeEnvironment(): string {
    const file = join(this.directory, 'environment.sh');
    const exports = Object.entries(this.environment).flatMap(([name, value]) =>
      value === undefined ? [] : [`export ${name}='${value}'`],
    );
    writeFileSync(file, [...exports, `cd '${this.project}'`, ''].join('\n'));
    return file;
  }

  /** The deployer's private key. */
  get identity(): string {
    return join(this.directory, 'id_ed25519');
  }

  private get flakeOptions(): readonly string[] {
    const override = (input: string, folder: string) => ['--override-input', input, `path:${folder}`];
    return [
      '--no-write-lock-file',
      ...override('nixpkgs', this.stub),
      ...(this.isOfAnother
        ? [
            ...override('iplz-deploy', this.input),
            ...override('iplz-deploy/nixpkgs-bootstrap', this.bootstrapStub),
          ]
        : override('nixpkgs-bootstrap', this.bootstrapStub)),
    ];
  }

  private get isOfAnother(): boolean {
    return this.rehearsed !== this.source;
  }

  /** Copy of this project, as the input of another's flake. */
  private get input(): string {
    return join(this.directory, 'iplz-deploy');
  }

  /** Copy what git tracks of a folder, or would track. */
  private copyTracked(from: string, to: string): void {
    const files = this.git(from, 'ls-files', '--cached', '--others', '--exclude-standard', '-z');
    for (const file of files.split('\0').filter((name) => name !== '' && existsSync(join(from, name)))) {
      cpSync(join(from, file), join(to, file), { verbatimSymlinks: true });
    }
  }

  private get awsOptions() {
    const options = this.options('aws', LIMITS.answer);
    const env = { ...options.env, PATH: `${join(this.source, '.venv/bin')}:${options.env.PATH}` };
    return { ...options, env };
  }

  private options(log: string, limit: number) {
    return {
      cwd: this.project,
      env: this.environment,
      log: join(this.logs, `${log}.log`),
      limit,
      label: this.label,
    };
  }

  private git(cwd: string, ...args: readonly string[]): string {
    return this.check('git', ['-C', cwd, ...args]);
  }

  private check(program: string, args: readonly string[]): string {
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      cwd: this.source,
      env: this.environment,
      encoding: 'utf8',
    });
    if (error) throw error;
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} exited with status ${status}: ${stderr}`);
    return stdout;
  }
}
