// How long it takes to deploy to many hosts, and how many bytes leave the deployer, against the
// other ways there are, on simulated hosts. Needs root on Linux, as the rehearsal does.
import { benchInSandbox } from './in-sandbox';

process.exit(benchInSandbox('bench:hosts', 'bench/hosts/sandbox.ts', 3));
