import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One run of a program: its words, and when it began and ended, in seconds since the epoch. */
export interface Run {
  readonly words: string;
  readonly began: number;
  readonly ended: number;
}

/**
 * Records each run of some programs of the rehearsal's nixpkgs: each is a script that runs the
 * machine's program and notes when. Costs a few milliseconds a run.
 */
export class Recorder {
  private readonly log: string;

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    this.log = join(directory, 'runs');
    writeFileSync(this.log, '');
  }

  /** Put scripts in the place of a stub nixpkgs' node, terraform, tofu and nix-store. */
  install(stub: string): void {
    const file = join(stub, 'machine.nix');
    const programs = readFileSync(file, 'utf8').replace(
      /^( {2}(node|terraform|tofu) = )"(.*)";$/gm,
      (_, start: string, name: string, program: string) => `${start}"${this.script(name, program)}";`,
    );
    writeFileSync(file, programs);
    const tools = join(stub, 'pkgs/tools.nix');
    const all = '(program: "/usr/bin/${program}")';
    const before = readFileSync(tools, 'utf8');
    if (!before.includes(all)) throw new Error(`${tools} must contain ${all}`);
    const store = this.script('nix-store', '/usr/bin/nix-store');
    writeFileSync(
      tools,
      before.replace(all, `(program: if program == "nix-store" then "${store}" else "/usr/bin/\${program}")`),
    );
  }

  /** What has run since a moment, in seconds since the epoch. */
  since(moment: number): readonly Run[] {
    return readFileSync(this.log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [began = '', ended = '', words = ''] = line.split('\t');
        return { words, began: Number(began), ended: Number(ended) };
      })
      .filter(({ began }) => began >= moment);
  }

  private script(name: string, program: string): string {
    const file = join(this.directory, name);
    writeFileSync(
      file,
      `#!/bin/bash
began=$EPOCHREALTIME
"${program}" "$@"
status=$?
printf '%s\\t%s\\t%s\\n' "$began" "$EPOCHREALTIME" "${name} \${*//[$'\\n\\t']/ }" >>"${this.log}"
exit "$status"
`,
      { mode: 0o755 },
    );
    return file;
  }
}
