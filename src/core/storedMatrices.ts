import type { Checkpoint, Parameter } from './checkpoint';
import { readoutMatrices } from './checkpointReadout';
import type { Matrix } from './linalg/matrix';

/** A learned matrix or vector of a checkpoint in its place. */
export interface StoredMatrix {
  /** The same for the same matrix of every checkpoint of this structure. */
  readonly key: string;
  /** For people: `U_f of the layer "lstm"`. */
  readonly label: string;
  readonly matrix: Matrix & { readonly tensor: string };
}

/** Every matrix and vector that a checkpoint holds, those of the layers first. */
export function storedMatrices({ layers, readout }: Pick<Checkpoint, 'layers' | 'readout'>): readonly StoredMatrix[] {
  const found: StoredMatrix[] = [];
  for (const [k, { name, matrices, biases }] of layers.entries()) {
    const add = (list: readonly Parameter[], kind: string): void => {
      for (const [position, matrix] of list.entries())
        found.push({ key: `layer ${k} ${kind} ${position} ${matrix.name}`, label: `${matrix.name} of the layer "${name}"`, matrix }); // prettier-ignore
    };
    add(matrices, 'matrix');
    add(biases, 'bias');
  }
  const tables = new Set<string>();
  for (const { input } of layers) {
    if (input.kind !== 'frontEnd' || !input.embedding || tables.has(input.embedding.tensor)) continue;
    tables.add(input.embedding.tensor);
    found.push({ key: `embedding ${tables.size}`, label: `the embedding "${input.embedding.tensor}"`, matrix: input.embedding }); // prettier-ignore
  }
  for (const { name, matrix } of readout ? readoutMatrices(readout) : []) {
    found.push({ key: name, label: `the ${matrix.columns === 1 && name.startsWith('c') ? 'bias' : 'matrix'} ${name} of the readout`, matrix }); // prettier-ignore
  }
  return found;
}
