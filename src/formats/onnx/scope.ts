import type { OnnxGraph, OnnxNode, OnnxTensor } from './model';

/** A graph with the graphs around it: a node inside a subgraph may name any tensor of an enclosing graph. */
export interface Scope {
  readonly graph: OnnxGraph;
  readonly outer: Scope | null;
  readonly producers: ReadonlyMap<string, OnnxNode>;
  readonly inputs: ReadonlySet<string>;
}

export function openScope(graph: OnnxGraph, outer: Scope | null): Scope {
  const producers = new Map<string, OnnxNode>();
  for (const node of graph.nodes) for (const output of node.outputs) if (output !== '') producers.set(output, node);
  return { graph, outer, producers, inputs: new Set(graph.inputs.map(({ name }) => name)) };
}

export type Origin =
  | { readonly kind: 'initializer'; readonly tensor: OnnxTensor }
  | { readonly kind: 'node'; readonly node: OnnxNode; readonly scope: Scope }
  | { readonly kind: 'input'; readonly scope: Scope };

/** Where a tensor comes from, or null when no graph defines it. */
export function originOf(name: string, scope: Scope): Origin | null {
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    const node = at.producers.get(name);
    if (node !== undefined) return { kind: 'node', node, scope: at };
    const tensor = at.graph.initializers.get(name);
    if (tensor !== undefined) return { kind: 'initializer', tensor };
    if (at.inputs.has(name)) return { kind: 'input', scope: at };
  }
  return null;
}
