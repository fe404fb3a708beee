// The `app` of cdktf.json: bundles main.ts as it is on disk and runs the bundle
// at once. Nothing is written, so no stale build can ever be synthesized.
const { buildSync } = require('esbuild');
const Module = require('node:module');
const path = require('node:path');

const entry = path.join(__dirname, 'main.ts');

function bundle() {
  try {
    const [file] = buildSync({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      target: 'node20',
      write: false,
      logLevel: 'error',
    }).outputFiles;
    return file.text;
  } catch {
    process.exit(1); // esbuild has printed file, line and reason
  }
}

const main = new Module(entry, module);
main.filename = entry;
main.paths = module.paths;
main._compile(bundle(), entry);
