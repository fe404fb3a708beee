// Runs a TypeScript program of this project: `node run.cjs FILE.ts [ARGUMENT...]`.
// It is bundled as it is on disk and run at once; nothing is written, so no
// stale build can ever run. The `app` of cdktf.json is `node run.cjs main.ts`.
const { buildSync } = require('esbuild');
const Module = require('node:module');
const path = require('node:path');

const entry = path.resolve(__dirname, process.argv[2]);

function bundle() {
  try {
    const [file] = buildSync({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      target: 'node20',
      write: false,
      logLevel: 'error',
      packages: 'external', // loaded as they are: to bundle all of cdktf takes longer
    }).outputFiles;
    return file.text;
  } catch {
    process.exit(1); // esbuild has printed file, line and reason
  }
}

process.argv.splice(1, 2, entry);
const main = new Module(entry, module);
main.filename = entry;
main.paths = module.paths;
main._compile(bundle(), entry);
