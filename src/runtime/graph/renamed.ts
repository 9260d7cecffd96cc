import type { Attribute, Graph } from './modelFile';

/** The same graph with other names for some of its tensors, also where the bodies of its loops see them. */
export function renamed(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  if (names.size === 0) return graph;
  const rename = (name: string): string => names.get(name) ?? name;
  const inside = (attribute: Attribute): Attribute =>
    typeof attribute === 'object' && 'nodes' in attribute ? renamed(attribute, names) : attribute;
  const nodes = graph.nodes.map(({ operator, inputs, outputs, attributes }) => ({
    operator,
    inputs: inputs.map(rename),
    outputs: outputs.map(rename),
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, inside(value)])),
  }));
  return { ...graph, nodes };
}
