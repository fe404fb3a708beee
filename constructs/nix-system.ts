/** A platform as Nix names it. */
export type NixSystem = 'x86_64-linux' | 'aarch64-linux';

export const NIX_SYSTEMS: readonly NixSystem[] = ['x86_64-linux', 'aarch64-linux'];

/** The architecture of a platform as EC2 names it. */
export const ARCHITECTURES = { 'x86_64-linux': 'x86_64', 'aarch64-linux': 'arm64' } as const;
