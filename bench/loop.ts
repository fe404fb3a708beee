// How long it takes from a saved line to the new answer, against the other ways there
// are, in the rehearsal. Needs root on Linux, as the rehearsal does.
import { benchInSandbox } from './in-sandbox';

process.exit(benchInSandbox('bench:loop', 'bench/loop/sandbox.ts', 5));
