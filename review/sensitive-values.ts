import { isObject, member, type Reader } from './json';
import { Secrets, SHORTEST } from './secrets';

/** Collects what Terraform marks, so that a provider that repeats one in another attribute does not give it away. */
export function readSecrets(plan: Reader): Secrets {
  const secrets = new Set<string>();
  const changes = [
    ...plan.readers('resource_changes'),
    ...plan.readers('resource_drift'),
    ...plan.readers('deferred_changes').map((entry) => entry.child('resource_change')),
  ].map((entry) => entry.child('change'));
  for (const change of [...changes, ...plan.members('output_changes').map(([, output]) => output)]) {
    collect(change.get('before'), change.get('before_sensitive'), secrets);
    collect(change.get('after'), change.get('after_sensitive'), secrets);
  }
  const invocations = [
    ...plan.readers('action_invocations'),
    ...plan.readers('deferred_action_invocations').map((entry) => entry.child('action_invocation')),
  ];
  for (const invocation of invocations)
    collect(invocation.get('config_values'), invocation.get('config_sensitive'), secrets);
  collectVariables(plan, secrets);
  collectState(plan.optionalChild('planned_values'), secrets);
  collectState(plan.optionalChild('prior_state').optionalChild('values'), secrets);
  return new Secrets(secrets);
}

function collectVariables(plan: Reader, secrets: Set<string>): void {
  const module = plan.optionalChild('configuration').optionalChild('root_module');
  for (const [name, variable] of module.members('variables')) {
    if (variable.get('sensitive') !== true && variable.get('ephemeral') !== true) continue;
    collect(variable.get('default'), true, secrets);
    collect(member(plan.optionalChild('variables').get(name), 'value'), true, secrets);
  }
  collectModuleInputs(module, secrets);
}

/** A module may call sensitive what its caller wrote down in clear. */
function collectModuleInputs(module: Reader, secrets: Set<string>): void {
  for (const [, call] of module.members('module_calls')) {
    const called = call.optionalChild('module');
    for (const [name, variable] of called.members('variables')) {
      if (variable.get('sensitive') !== true && variable.get('ephemeral') !== true) continue;
      collect(variable.get('default'), true, secrets);
      collect(member(call.optionalChild('expressions').get(name), 'constant_value'), true, secrets);
    }
    collectModuleInputs(called, secrets);
  }
}

/** Data sources that were read are in the state alone. */
function collectState(values: Reader, secrets: Set<string>): void {
  for (const [, output] of values.members('outputs'))
    collect(output.get('value'), output.get('sensitive'), secrets);
  collectModule(values.optionalChild('root_module'), secrets);
}

function collectModule(module: Reader, secrets: Set<string>): void {
  for (const resource of module.readers('resources'))
    collect(resource.get('values'), resource.get('sensitive_values'), secrets);
  for (const child of module.readers('child_modules')) collectModule(child, secrets);
}

/** Adds each text below `value` that `marks`, a tree of the same shape, calls sensitive. */
function collect(value: unknown, marks: unknown, secrets: Set<string>): void {
  if (typeof value === 'string' || typeof value === 'number') {
    if (marks === true) addParts(String(value), secrets);
    return;
  }
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : isObject(value)
      ? Object.entries(value)
      : [];
  for (const [key, item] of entries) collect(item, marks === true || member(marks, key), secrets);
}

/** Characters of a line, or of a member of JSON, that are a secret without the rest. */
const SHORTEST_PART = 8;

/** A secret, and the parts of it that give it away: the lines of a key, the values of a document, a URL's password. */
function addParts(text: string, secrets: Set<string>): void {
  if (text === '') return;
  secrets.add(text);
  const trimmed = text.trim();
  if (trimmed.length >= SHORTEST) secrets.add(trimmed);
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/:@\s]*:([^/@\s]+)@/i.exec(trimmed)?.[1];
  for (const part of [...lines(trimmed), ...leaves(trimmed), ...(password === undefined ? [] : [password])]) {
    if (part.length >= SHORTEST_PART) secrets.add(part);
  }
}

/** The lines of a text that has several; frames such as `-----BEGIN …-----` are no secret. */
function lines(text: string): string[] {
  return text.includes('\n')
    ? text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => !line.startsWith('-----'))
    : [];
}

function leaves(text: string): string[] {
  if (!/^[[{]/.test(text)) return [];
  try {
    return texts(JSON.parse(text));
  } catch {
    return [];
  }
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(texts);
}
