import { withoutIndirect } from './reduce';
import { type StackGraph } from './synthesized';

/**
 * The graph as DOT, from what comes from the environment to the outputs: arrows lead from a
 * resource to those that use it, as in the review of a plan.
 */
export function toDot(stack: string, graph: StackGraph): string {
  const edges = withoutIndirect(graph.edges).map(([user, used]) => `  ${quote(used)} -> ${quote(user)};`);
  return `${[
    `digraph ${quote(stack)} {`,
    '  rankdir="LR"; bgcolor="white"; nodesep="0.2"; ranksep="0.35";',
    '  node [shape="box", style="filled", fillcolor="#f6f8fa", color="#57606a", fontname="Helvetica", fontsize="12", margin="0.08,0.04"];',
    '  edge [color="#57606a", arrowsize="0.7"];',
    ...graph.inputs.map((name) => `  ${quote(name)} [shape="cds", fillcolor="#fff8c5"];`),
    ...graph.resources.map((address) => `  ${quote(address)} [label=${quote(title(address))}];`),
    ...graph.outputs.map(
      (name) =>
        `  ${quote(name)} [shape="cds", fillcolor="#dafbe1", label=${quote(name.replace(/^output\./, ''))}];`,
    ),
    ...edges.toSorted(),
    '}',
  ].join('\n')}\n`;
}

/** The name, less the digest that cdktf ends the longer ones with, above the type, less the provider. */
function title(address: string): string {
  const dot = address.lastIndexOf('.');
  const name = address.slice(dot + 1).replace(/_[0-9A-F]{8}$/, '');
  return `${wrap(name)}\n(${wrap(address.slice(0, dot).replace(/^aws_/, ''))})`;
}

/** Breaks a long name at the underscores, as boxes beside each other make the drawing wide. */
function wrap(name: string): string {
  return name.replaceAll(/(\w{12,}?_)(?=\w{6})/g, '$1\n');
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
