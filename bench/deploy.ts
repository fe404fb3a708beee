// How long a deployment takes, against the other ways there are, on simulated
// hosts. Needs root on Linux, as the rehearsal does.
import { benchInSandbox } from './in-sandbox';

process.exit(benchInSandbox('bench:deploy', 'bench/deploy/sandbox.ts', 7));
