// How long it takes from a saved line to the new answer, against the other ways there
// are, in the rehearsal. Needs root on Linux, as the rehearsal does.
//
// With NIXPKGS, a folder with a nixpkgs, the evaluation on that is measured, too; NIX is then a nix of 2.18 or newer.
import { benchInSandbox } from './in-sandbox';
import { measureEvaluation } from './loop/evaluation';

const { NIXPKGS } = process.env;
const evaluation = (rounds: number) => {
  if (NIXPKGS === undefined) return [];
  return ['--evaluation', JSON.stringify(measureEvaluation(NIXPKGS, rounds))];
};

process.exit(benchInSandbox('bench:loop', 'bench/loop/sandbox.ts', 5, evaluation));
