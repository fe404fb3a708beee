import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { run } from './processes';

/** How a system differs from the plain one, which serves its greeting on port 80 and lets root in by ssh. */
export interface Variation {
  /** What the web server answers: distinguishes systems. */
  readonly greeting: string;
  /** Further files, by path below the toplevel; those that begin with `#!` can be executed. */
  readonly files?: Readonly<Record<string, string>>;
  /** Further units of systemd, or others under the name of one of its own: name and text. All are started. */
  readonly units?: Readonly<Record<string, string>>;
  /** Further modules of NixOS: their files. */
  readonly modules?: readonly string[];
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
  /** nft rules of the host's firewall, inside a chain of the input hook. */
  readonly firewall?: string;
}

/** Builds systems with real nix, of the stub nixpkgs. */
export class Systems {
  private made = 0;
  private readonly nixpkgs: string;

  private constructor(
    private readonly source: string,
    private readonly directory: string,
    private readonly publicKey: string,
  ) {
    this.nixpkgs = join(directory, 'nixpkgs');
  }

  /** Systems that let the owner of a key in. */
  static async open(source: string, directory: string, publicKey: string): Promise<Systems> {
    const systems = new Systems(source, directory, publicKey.trim());
    await run(join(source, 'rehearsal/nixpkgs/assemble.sh'), ['--systems-only', systems.nixpkgs]);
    return systems;
  }

  /** Build a system; returns its toplevel, a store path. */
  async make(variation: Variation): Promise<string> {
    return this.build('toplevel', variation);
  }

  /** Build the disk image of a system; returns the file. */
  async image(variation: Variation): Promise<string> {
    return join(await this.build('image', variation), 'system.vhd');
  }

  /** A store path of that many random bytes, which do not compress. */
  async ballast(bytes: number, name = 'ballast'): Promise<string> {
    const folder = this.folder(name);
    await run('sh', ['-c', `head -c ${bytes} /dev/urandom >"$1"`, 'sh', join(folder, 'data')]);
    const path = await run('nix-store', ['--add', folder]);
    rmSync(folder, { recursive: true });
    return path;
  }

  private async build(attribute: string, variation: Variation): Promise<string> {
    const folder = this.folder('system');
    const files = join(folder, 'files');
    const etc: Record<string, string> = {};
    mkdirSync(files);
    for (const [name, text] of Object.entries(variation.files ?? {})) {
      if (name.startsWith('etc/systemd/')) throw new Error(`${name}: give units as \`units\`, by their name`);
      if (name.startsWith('etc/')) {
        etc[name.slice('etc/'.length)] = text;
      } else {
        mkdirSync(dirname(join(files, name)), { recursive: true });
        writeFileSync(join(files, name), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
      }
    }
    const given = { ...variation, etc, files, publicKey: this.publicKey };
    writeFileSync(join(folder, 'variation.json'), JSON.stringify(given));
    const path = await run('nix-build', [
      ...['--no-out-link', join(this.source, 'rehearsal/host/system.nix'), '--attr', attribute],
      ...['--argstr', 'nixpkgs', this.nixpkgs, '--argstr', 'variation', join(folder, 'variation.json')],
    ]);
    rmSync(folder, { recursive: true });
    return path;
  }

  private folder(name: string): string {
    const folder = join(this.directory, `${name}-${(this.made += 1)}`);
    mkdirSync(folder);
    return folder;
  }
}
