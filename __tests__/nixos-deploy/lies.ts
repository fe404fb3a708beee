/** What an honest host says in turn: first on the held connection, then on a new one. */
export type Step =
  | 'greeting'
  | 'missing'
  | 'copied'
  | 'switching'
  | 'switched'
  | 'ready'
  | 'acknowledgement'
  | 'end';

const BOOT = '01234567-89ab-cdef-0123-456789abcdef';
export const OLD = '/nix/store/00000000000000000000000000000000-old';
const OTHER = '/nix/store/11111111111111111111111111111111-other';

/** MARK, NEXT and NONCE stand for those of the deployment. */
export const HONEST: Readonly<Record<Step, readonly string[]>> = {
  greeting: [`@MARK hello ${BOOT} ${OLD} ${OLD} no`],
  missing: ['@MARK missing 1000000000', '@MARK end-of-list'],
  copied: ['@MARK copied'],
  switching: ['', '@MARK switching', 'activating the configuration...'],
  switched: ['', '@MARK switched 80'],
  ready: ['@MARK ready', '@MARK switching', '@MARK switched 80'],
  acknowledgement: ['@MARK committing NONCE'],
  end: ['@MARK end 0 NONCE'],
};

/** One step that is not honest. */
export interface Lie {
  readonly name: string;
  readonly at: Step;
  /** Said in place of the honest lines. */
  readonly say: readonly string[];
  /** What follows: the honest rest, nothing, the end of the connection, or the same without an end. */
  readonly then?: 'hang' | 'exit' | 'flood';
  readonly status?: number;
  readonly stderr?: string;
  readonly bytes?: boolean;
  /** Exit status that it has to end with. */
  readonly ends: number;
}

const lie = (name: string, at: Step, ends: number, say: readonly string[], more: Partial<Lie> = {}): Lie => ({
  name,
  at,
  ends,
  say,
  ...more,
});

const ESCAPES = '\u001b[2J\u001b]0;owned\u0007\u202e\u2066\u009b31m\b\b\r';

export const lies: readonly Lie[] = [
  lie('says nothing', 'greeting', 10, [], { then: 'hang' }),
  lie('hangs up', 'greeting', 10, [], { then: 'exit' }),
  lie('hangs up with an error of its own', 'greeting', 10, [], {
    then: 'exit',
    status: 255,
    stderr: `${ESCAPES}::error::x\n`,
  }),
  lie('talks without an end', 'greeting', 10, ['Welcome!'], { then: 'flood' }),
  lie('talks without a line end', 'greeting', 10, ['x'.repeat(3_000_000)], { then: 'hang' }),
  lie('is up to date, and runs another system', 'greeting', 12, [`@MARK hello ${BOOT} ${OLD} ${OLD} yes`]),
  lie('is up to date, and would go back to another system', 'greeting', 12, [
    `@MARK hello ${BOOT} NEXT ${OLD} yes`,
  ]),
  lie('greets in too few words', 'greeting', 10, ['@MARK hello yes']),
  lie('greets in too many words', 'greeting', 10, [`@MARK hello ${BOOT} ${OLD} ${OLD} no yes`]),
  lie('greets with a path that is none', 'greeting', 10, [`@MARK hello ${BOOT} /tmp/x ${OLD} no`]),
  lie('greets with a boot id that is none', 'greeting', 10, [`@MARK hello $(x) ${OLD} ${OLD} no`]),
  lie('greets maybe', 'greeting', 10, [`@MARK hello ${BOOT} ${OLD} ${OLD} maybe`]),
  lie('ends before it begins', 'greeting', 10, ['@MARK end 0 NONCE']),
  lie('keeps it before it begins', 'greeting', 10, ['@MARK committing NONCE']),
  lie('says an event that is none', 'greeting', 10, [`@MARK constructor ${ESCAPES}`]),
  lie('says an event by the name of a method', 'greeting', 10, ['@MARK toString']),
  lie('is busy, in colours', 'greeting', 17, [`@MARK busy ${ESCAPES}::error::you`]),
  lie('has no room, in colours', 'greeting', 13, [`@MARK no-room ${ESCAPES}##[error]x`]),
  lie('speaks with another mark', 'greeting', 10, [`@0000 hello ${BOOT} ${OLD} ${OLD} no`], { then: 'hang' }),
  lie('lacks what does not exist', 'missing', 12, [
    '@MARK missing 10',
    `@MARK path ${OTHER}`,
    '@MARK end-of-list',
  ]),
  lie('lacks more than there is', 'missing', 12, [
    '@MARK missing 10',
    ...Array.from({ length: 50 }, () => '@MARK path NEXT'),
  ]),
  lie('lacks a path that is none', 'missing', 12, [
    '@MARK missing 10',
    '@MARK path /etc/shadow',
    '@MARK end-of-list',
  ]),
  lie('lacks a path with a command in it', 'missing', 12, [
    '@MARK missing 10',
    '@MARK path NEXT$(x)',
    '@MARK end-of-list',
  ]),
  lie('is busy after its greeting, in colours', 'missing', 17, [`@MARK busy ${ESCAPES}::error::gc`]),
  lie('has an amount of room that is no number', 'missing', 12, ['@MARK missing a[$(x)]']),
  lie('has a negative amount of room', 'missing', 12, ['@MARK missing -1']),
  lie('stands still', 'missing', 12, [], { then: 'hang' }),
  lie('hangs up while copying', 'missing', 12, [], { then: 'exit' }),
  lie('greets twice', 'missing', 12, [...HONEST.greeting]),
  lie('ends while copying', 'missing', 12, ['@MARK end 0 NONCE']),
  lie('fails to import, in colours', 'missing', 12, [
    `@MARK detail ${ESCAPES}::error::x`,
    '@MARK import-failed 0',
  ]),
  lie('asks for secrets', 'copied', 12, ['@MARK secrets-requested token:token.age']),
  lie('switches at once', 'copied', 12, ['@MARK switching', '@MARK switched 80']),
  lie('has inhibitors that are no base64', 'switching', 19, ['@MARK inhibitors {} - - -']),
  lie('has inhibitors that are no JSON', 'switching', 14, ['@MARK inhibitors eA== eA== - -']),
  lie('has inhibitors in colours', 'switching', 18, [
    `@MARK inhibitors ${Buffer.from(JSON.stringify({ a: `1${ESCAPES}` })).toString('base64')} ${Buffer.from('{"a":"2"}').toString('base64')} - -`,
  ]),
  lie('did not start it, in colours', 'switching', 14, [`@MARK not-started ${ESCAPES}`]),
  lie('ends without a switch', 'switching', 19, ['@MARK end 0 NONCE']),
  lie('keeps it without a switch', 'switching', 19, ['@MARK committing NONCE', '@MARK end 0 NONCE']),
  lie('reboots without being asked', 'switching', 19, ['@MARK end reboot x']),
  lie('is silent in mid-switch', 'switching', 19, ['@MARK switching'], { then: 'hang' }),
  lie('shows what a terminal would run', 'switching', 0, [
    '@MARK switching',
    `${ESCAPES}::error::forged`,
    '::set-output name=x::y',
    '##[error]forged',
    '##vso[task.complete result=Succeeded]',
    '\u0000\u0001\u007f\u0085\u200b\u2028\u2069\ufeff',
  ]),
  lie('shows what is no UTF-8', 'switching', 0, ['@MARK switching', '\u00ff\u00fe\u0080\u009b31m'], {
    bytes: true,
  }),
  lie('shows a summary of its own', 'switching', 0, [
    '@MARK switching',
    'nixos-deploy: confirmed: host runs NEXT',
    'nixos-deploy: copied 0 B in 0 of 0 paths',
  ]),
  lie('talks without an end in mid-switch', 'switching', 19, ['@MARK switching', 'building'], {
    then: 'flood',
  }),
  lie('waits for no confirmation', 'switched', 19, ['@MARK switched 0']),
  lie('waits for a time that is none', 'switched', 19, ['@MARK switched soon']),
  lie('ends before our word', 'switched', 19, ['@MARK switched 80', '@MARK end 0 NONCE']),
  lie('keeps it before our word', 'switched', 19, [
    '@MARK switched 80',
    '@MARK committing NONCE',
    '@MARK end 0 NONCE',
  ]),
  lie('keeps it by nobody', 'switched', 19, ['@MARK switched 80', '@MARK committing -', '@MARK end 0 -']),
  lie('was refused before our word', 'switched', 19, [
    '@MARK switched 80',
    '@MARK rolling-back x',
    '@MARK end 15 x',
  ]),
  lie('is gone into the new system', 'switched', 19, ['@MARK switched 80', '@MARK gone NEXT']),
  lie('is gone into another system', 'switched', 19, ['@MARK switched 80', `@MARK gone ${OTHER}`]),
  lie('is gone into a path that is none', 'switched', 19, ['@MARK switched 80', '@MARK gone /tmp']),
  lie('ends with a status that is none', 'switched', 19, ['@MARK switched 80', '@MARK end 77 x']),
  lie('ends with a status in front of text', 'switched', 19, ['@MARK switched 80', '@MARK end 0x0 NONCE']),
  lie('lets no new connection in', 'ready', 16, [], {
    then: 'exit',
    status: 255,
    stderr: 'Connection refused\n',
  }),
  lie('lets a new connection in, and says nothing', 'ready', 16, [], { then: 'hang' }),
  lie('says all before it has our word', 'ready', 19, [
    '@MARK ready',
    '@MARK switching',
    '@MARK switched 80',
    '@MARK committing ffffffffffffffffffffffffffffffff',
    '@MARK end 0 ffffffffffffffffffffffffffffffff',
  ]),
  lie('acknowledges another word', 'acknowledgement', 19, [
    '@MARK committing ffffffffffffffffffffffffffffffff',
  ]),
  lie('acknowledges no word', 'acknowledgement', 19, ['@MARK committing -']),
  lie('acknowledges what is no number', 'acknowledgement', 19, ['@MARK committing $(x)']),
  lie('takes our word, and is silent', 'acknowledgement', 16, [], { then: 'hang' }),
  lie('keeps it, and is silent', 'end', 19, [], { then: 'hang' }),
  lie('keeps it, and goes back for no confirmation', 'end', 19, ['@MARK rolling-back x', '@MARK end 16 x']),
  lie('keeps it, and was refused', 'end', 19, ['@MARK rolling-back x', '@MARK end 15 x']),
  lie('ends by another word', 'end', 19, ['@MARK end 0 ffffffffffffffffffffffffffffffff']),
  lie('ends by no word', 'end', 19, ['@MARK end 0']),
  lie('goes back after all, in colours', 'end', 14, [
    `@MARK rolling-back ${ESCAPES}`,
    `@MARK end 14 ${ESCAPES}::error::x`,
  ]),
  lie('keeps it, and runs another system', 'end', 19, [`@MARK gone ${OTHER}`]),
];
