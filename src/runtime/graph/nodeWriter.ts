import type { Main } from './main';
import type { Attribute, Node } from './modelFile';

/** Writes nodes into a graph or into the body of a loop, and gives their outputs names. */
export abstract class NodeWriter {
  private readonly made = new Map<string, string>();

  constructor(readonly nodes: Node[] = []) {}

  /** The graph that owns names, parameters and constants; the main graph is its own. */
  abstract readonly main: Main;

  node(operator: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}, count = 1): string[] {
    const outputs = Array.from({ length: count }, () => this.main.fresh());
    this.nodes.push({ operator, inputs, outputs, attributes });
    return outputs;
  }
  /** One node with one output. */
  apply(operator: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    return this.node(operator, inputs, attributes)[0]!;
  }
  /** The tensor made under that key; made now if it was not yet. */
  once(key: string, make: () => string): string {
    const name = this.made.get(key) ?? make();
    this.made.set(key, name);
    return name;
  }
  /** Consecutive parts of a tensor, of these widths together. */
  split(tensor: string, widths: readonly number[], axis = -1): string[] {
    if (widths.length <= this.main.mostTensors) {
      return this.node('Split', [tensor, this.main.integers(widths)], { axis }, widths.length);
    }
    let start = 0;
    return widths.map((width) => this.cut(tensor, (start += width) - width, width, axis));
  }
  /** The entries of a tensor from `start` on. */
  cut(tensor: string, start: number, width: number, axis = -1): string {
    return this.once(`cut ${tensor} ${start} ${width} ${axis}`, () => {
      const [from, to, along] = [[start], [start + width], [axis]].map((list) => this.main.integers(list));
      return this.apply('Slice', [tensor, from!, to!, along!]);
    });
  }
  /** Tensors one after the other. */
  join(tensors: readonly string[], axis = -1): string {
    let names = tensors;
    while (names.length > 1) {
      const joined: string[] = [];
      for (let start = 0; start < names.length; start += this.main.mostTensors) {
        const group = names.slice(start, start + this.main.mostTensors);
        joined.push(group.length === 1 ? group[0]! : this.apply('Concat', group, { axis }));
      }
      names = joined;
    }
    return names[0]!;
  }
}
