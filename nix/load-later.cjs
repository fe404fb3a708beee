// Loads some modules of cdktf's when they are first used: `node --require load-later.cjs CDKTF`. cdktf requires them at
// each start, and only `convert`, `init`, `get`, `provider` and output as HCL call them. cdktf itself stays as it is:
// docs/decisions/22-start-of-cdktf.md.
'use strict';
const Module = require('node:module');

const LATER = new Set(['@cdktf/hcl2cdk', '@cdktf/hcl2json', '@cdktf/hcl-tools']);
const load = Module._load;

Module._load = function (request, ...rest) {
  const module = () => load.call(this, request, ...rest);
  if (!LATER.has(request)) return module();
  // Importers copy what a module has by itself, and keep its prototype: there every name is looked up in the module.
  return Object.create(new Proxy({}, { get: (_, name) => (name === '__esModule' ? true : module()[name]) }));
};
