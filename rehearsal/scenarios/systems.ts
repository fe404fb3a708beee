import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { run } from './processes';

/** How a system differs from the plain one, which serves its greeting on port 80 and lets root in by ssh. */
export interface Variation {
  /** What the web server answers: distinguishes systems. */
  readonly greeting: string;
  /** Further files, by path below the toplevel. */
  readonly files?: Readonly<Record<string, string>>;
  /** Symbolic links, by path below the toplevel. */
  readonly links?: Readonly<Record<string, string>>;
  /** Shell text that switch-to-configuration runs first, for each of its actions ($1). */
  readonly beforeSwitch?: string;
  /** Shell text that it runs when it has switched. */
  readonly afterSwitch?: string;
  /** Store paths that belong to the closure. */
  readonly references?: readonly string[];
  /** Lines added to the ssh server's configuration. */
  readonly sshd?: string;
  /** nft rules of the machine's firewall, inside a chain of the input hook. */
  readonly firewall?: string;
}

const SCRIPTS = ['activate', 'init', 'switch-to-configuration'] as const;
const UNITS = 'etc/systemd/system';

/** Makes systems with real nix, around the rehearsal's own activation scripts. */
export class Systems {
  private made = 0;

  constructor(
    private readonly source: string,
    private readonly directory: string,
    private readonly publicKey: string,
  ) {}

  /** Build a system; returns its toplevel, a store path. */
  async make(variation: Variation): Promise<string> {
    const folder = join(this.directory, `system-${(this.made += 1)}`);
    for (const [name, text] of Object.entries({ ...this.files(variation), ...variation.files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    for (const [name, target] of Object.entries(variation.links ?? {}))
      symlinkSync(target, join(folder, name));
    for (const script of SCRIPTS) {
      cpSync(join(this.source, 'rehearsal/nixpkgs/nixos', `${script}.sh`), join(folder, script));
    }
    const program = readFileSync(join(folder, 'switch-to-configuration'), 'utf8');
    const [shebang = '', ...rest] = program.split('\n');
    writeFileSync(
      join(folder, 'switch-to-configuration'),
      [shebang, variation.beforeSwitch ?? '', ...rest, variation.afterSwitch ?? '', ''].join('\n'),
    );
    const toplevel = await this.build('system', folder, variation.references ?? []);
    rmSync(folder, { recursive: true });
    return toplevel;
  }

  /** A store path of that many random bytes, which do not compress. */
  async ballast(bytes: number, name = 'ballast'): Promise<string> {
    const folder = join(this.directory, `${name}-${(this.made += 1)}`);
    mkdirSync(folder);
    await run('sh', ['-c', `head -c ${bytes} /dev/urandom >"$1"`, 'sh', join(folder, 'data')]);
    const path = await run('nix-store', ['--add', folder]);
    rmSync(folder, { recursive: true });
    return path;
  }

  private async build(name: string, folder: string, references: readonly string[]): Promise<string> {
    const expression = `derivation {
      name = "${name}";
      system = builtins.currentSystem;
      builder = "/bin/sh";
      PATH = "/usr/bin:/bin";
      src = builtins.path { path = ${folder}; name = "src"; };
      references = [ ${references.map((path) => `(builtins.storePath ${path})`).join(' ')} ];
      args = [ "-c" ''
        cp -r $src $out && chmod -R u+w $out && cd $out
        mkdir -p bin nix-support && mv switch-to-configuration bin
        echo "$references" >nix-support/references
        sed -i "s|@toplevel@|$out|g" activate init bin/switch-to-configuration
        chmod +x activate init bin/switch-to-configuration
        [ ! -e deploy-rs-activate ] || chmod +x deploy-rs-activate
      '' ];
    }`;
    return run('nix-build', ['--no-out-link', '--expr', expression]);
  }

  private files({ greeting, sshd = '', firewall = '' }: Variation): Record<string, string> {
    const unit = (description: string, service: readonly string[]) =>
      ['[Unit]', `Description=${description}`, 'StartLimitIntervalSec=0', '[Service]', ...service, ''].join(
        '\n',
      );
    const web = unit('answers the greeting', [
      'ExecStart=/bin/busybox httpd -f -p 80 -h /etc/www',
      'Restart=always',
      `Environment=GREETING=${JSON.stringify(greeting)}`,
    ]);
    const ssh = unit('lets deployers in', [
      'ExecStart=/usr/sbin/sshd -D -e -f /etc/ssh/sshd_config',
      // Sessions outlive a restart of the server.
      'KillMode=process',
      'Restart=always',
    ]);
    const nft = unit(`firewall ${Buffer.from(firewall).toString('hex')}`, [
      'Type=oneshot',
      'RemainAfterExit=yes',
      'ExecStart=/usr/sbin/nft -f /etc/firewall.nft',
    ]);
    const configuration = [
      'Port 22',
      'HostKey /etc/ssh/ssh_host_ed25519_key',
      'AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u',
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      'UseDNS no',
      'StrictModes no',
      sshd,
      '',
    ].join('\n');
    const table = `table inet firewall\ndelete table inet firewall\ntable inet firewall {\n  chain input {\n    type filter hook input priority 0; policy accept;\n    ${firewall}\n  }\n}\n`;
    const units = {
      'web.service': web,
      // A change of its configuration restarts it, as on NixOS.
      'sshd.service': `${ssh}# ${Buffer.from(sshd).toString('hex')}\n`,
      'firewall.service': nft,
    };
    return {
      'nixos-version': '26.05',
      'etc/os-release': 'ID=nixos\n',
      'etc/www/index.html': `${greeting}\n`,
      'etc/firewall.nft': table,
      'etc/ssh/sshd_config': configuration,
      'etc/ssh/authorized_keys.d/root': this.publicKey,
      'etc/ssh/authorized_keys.d/deploy': this.publicKey,
      ...Object.fromEntries(
        Object.entries(units).flatMap(([name, text]) => [
          [`${UNITS}/${name}`, text],
          [`${UNITS}/multi-user.target.wants/${name}`, text],
        ]),
      ),
    };
  }
}
