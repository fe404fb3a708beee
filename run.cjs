#!/usr/bin/env node
// Runs a TypeScript program: `run-typescript FILE.ts [ARGUMENT...]`, here `node run.cjs FILE.ts`.
// It is bundled as it is on disk and run at once; nothing is written, so no
// stale build can ever run. A bundle, FILE.cjs, is not bundled again.
// The `app` of cdktf.json does so with main.ts, after `exec`: its parent is then cdktf
// itself, whose end ends the claim of main.ts to the output.
// An import of this package, `iplz-deploy`, is bundled from the sources beside this file;
// other modules are those of the program's own node_modules, or else this package's.
//
// However a program fails, it ends with a sentence and a status: 1, or 141 where the
// reader of its output is gone, as the shell says of a program that SIGPIPE ended.
// RUN_TRACE=1 adds the trace of the failure.
// No `node:` in front of modules: an old Node must get as far as being refused.
const fs = require('fs');
const Module = require('module');
const path = require('path');

const program = process.argv[2] || '';

// A library's use of what Node deprecates, which cdktf would show as an error, is nothing that a deployer can change.
process.noDeprecation = true;

endOn(process, 'uncaughtException');
endOn(process.stdout, 'error');

/** Unless the program has an end of its own for it. */
function endOn(emitter, event) {
  emitter.on(event, (error) => {
    if (emitter.listenerCount(event) === 1) end(error);
  });
}

function end(error) {
  if (error && error.code === 'EPIPE') process.exit(141);
  sayAndExit(1, `${program || 'run.cjs'}: ${sentenceOf(error)}`, process.env.RUN_TRACE ? error.stack : '');
}

function sentenceOf(error) {
  if (!(error instanceof Error)) return String(error);
  // Of a module that is absent, the rest of the message is a trace of requires.
  const [, name] =
    (error.code === 'MODULE_NOT_FOUND' && /^Cannot find module '([^']*)'/.exec(error.message)) || [];
  if (name) return `the module ${name} is not installed: npm ci installs what package-lock.json names`;
  return error.message || error.name;
}

function sayAndExit(status, ...lines) {
  try {
    fs.writeSync(
      2,
      lines
        .filter(Boolean)
        .map((line) => `${line}\n`)
        .join(''),
    );
  } catch {
    // Nobody reads it: the status says it all.
  }
  process.exit(status);
}

function refuseOldNode() {
  const [least, running] = [engines.node.match(/\d+\.\d+/)[0], process.versions.node].map((version) =>
    version.split('.').map(Number),
  );
  const isOld = running[0] < least[0] || (running[0] === least[0] && running[1] < least[1]);
  if (isOld) sayAndExit(1, `run.cjs: Node must be ${engines.node}, got: ${process.versions.node}`);
}

function bundle(entry) {
  const { buildSync } = require('esbuild');
  try {
    const [file] = buildSync({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      target: 'node20',
      write: false,
      logLevel: 'error',
      packages: 'external', // loaded as they are: to bundle all of cdktf takes longer
      alias: { [name]: __dirname },
    }).outputFiles;
    return file.text;
  } catch (error) {
    if (!error.errors) throw error;
    process.exit(1); // esbuild has printed file, line and reason
  }
}

const { name, engines } = JSON.parse(fs.readFileSync(path.join(__dirname, 'package.json'), 'utf8'));
refuseOldNode();
if (!program) sayAndExit(2, 'run.cjs: expected: node run.cjs FILE.ts [ARGUMENT...]');
const entry = path.resolve(program);
process.argv.splice(1, 2, entry);
const main = new Module(entry, module);
main.filename = entry;
main.paths = [...Module._nodeModulePaths(path.dirname(entry)), ...module.paths];
main._compile(entry.endsWith('.cjs') ? fs.readFileSync(entry, 'utf8') : bundle(entry), entry);
