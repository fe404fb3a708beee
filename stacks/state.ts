import { LocalBackend, type TerraformStack } from 'cdktf';

/** Keep the state in a file at the project's root, found from `cdktf.out/stacks/<stack>`. */
export function useState(stack: TerraformStack): void {
  new LocalBackend(stack, { path: `../../../terraform.${stack.node.id}.tfstate` });
}
