import type { TerraformStack } from 'cdktf';

/**
 * Have derivations built before Terraform applies the stack: nix/cdktf.nix looks for them in its JSON,
 * where Terraform takes them for a comment. A plan needs the paths alone.
 */
export function buildBeforeApply(stack: TerraformStack, derivations: readonly (string | undefined)[]): void {
  const builds = [...new Set(derivations)].filter((one) => one !== undefined);
  if (builds.length > 0) stack.addOverride('//.builds', builds);
}
