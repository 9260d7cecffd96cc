import { layerWeights } from './cells/layerWeights';
import { outputWidth, placedLayers, placedName, type Network, type NetworkLayer } from './cells/network';
import type { Checkpoint, LayerInput, RecurrentLayer } from './checkpoint';
import { changedReadout, networkReadout, readoutDense, readoutMatrices } from './checkpointReadout';
import { layerSizes } from './layerSizes';
import { layersInUse } from './layersInUse';
import type { Matrix } from './linalg/matrix';
import { Problem } from './problem';

/** A checkpoint as a network that can be run, trained and bounded. */
export interface CheckpointNetwork {
  readonly network: Network;
  /** Which layers of the checkpoint are those of the network, in its order: the ones that the scores depend on. */
  readonly layers: readonly number[];
  /** Where the input of the network comes from: from the model's own input, or from a front end that is no part of it. */
  readonly input: LayerInput;
}

/** The network from what the first recurrent layer reads to the scores, or why the checkpoint is none. No numbers are looked at. */
export function checkpointNetwork(
  checkpoint: Checkpoint,
  /** Whether whoever asks gives the network the states that a layer has learned to start from; else those layers have none. */
  { learnedStates = false }: { readonly learnedStates?: boolean } = {},
): CheckpointNetwork | string {
  const { readout } = checkpoint;
  if (checkpoint.layers.length === 0) return 'No recurrent layer was found.';
  if (!readout) return 'No scores were found behind the layers, so there is nothing whose error could be bounded.';
  if (readout.steps === 'other') return 'The readout reads neither the last step nor every step nor their mean.';
  if (!readout.weights) return readout.reason ?? 'The readout is not one linear map.';
  const used = layersInUse(checkpoint);
  const failure = used.map((k) => whyNot(checkpoint, k, learnedStates)).find((reason) => reason !== null);
  if (failure !== undefined && failure !== null) return failure;
  const layers = used.map((k) => networkLayer(checkpoint, k, used));
  const reads = readout.layers.map((k) => used.indexOf(k));
  let width = reads.reduce((total, k) => total + outputWidth(layers[k]!), 0);
  for (const { weights } of readoutDense(readout)) {
    if (weights.columns !== width) return `The readout reads ${weights.columns} numbers, but is given ${width}.`;
    width = weights.rows;
  }
  const first = checkpoint.layers[used[0]!]!;
  const network: Network = {
    inputSize: layerSizes(first).input,
    layers,
    readout: networkReadout(readout, reads, readout.steps),
  };
  const unfit = whyUnfit(network);
  return unfit ?? { network, layers: used, input: first.input };
}

/** The name of the table whose rows a network reads, where a trained embedding stands in front of it. */
export const embeddingName = 'E';

/**
 * The weights of the network of a checkpoint by their names in it, `layer1.W_f`, V and c (or V1, c1, V2, …), row by row as they are stored. Two
 * biases of one name are one bias, their sum.
 */
export function networkWeights(checkpoint: Checkpoint): ReadonlyMap<string, Float64Array> {
  const { layers, readout } = checkpoint;
  const weights = new Map<string, Float64Array>();
  for (const k of layersInUse(checkpoint)) {
    const layer = networkName(layers, k);
    for (const [name, values] of layerWeights(layers[k]!)) weights.set(placedName(layer, name), values);
  }
  for (const { name, matrix } of readout ? readoutMatrices(readout) : []) {
    weights.set(name, Float64Array.from(matrix.values));
  }
  return weights;
}

/**
 * The same checkpoint with other numbers, named as `networkWeights` names them, and E the table of an embedding in front of it;
 * those that are not named stay. Where two biases
 * are one in the network, the first of them takes the change.
 */
export function withNetworkWeights(checkpoint: Checkpoint, weights: ReadonlyMap<string, Float64Array>): Checkpoint {
  const old = networkWeights(checkpoint);
  const table = weights.get(embeddingName);
  const withTable = (input: LayerInput): LayerInput =>
    table && input.kind === 'frontEnd' && input.embedding
      ? { ...input, embedding: { ...input.embedding, values: table } }
      : input;
  for (const [name, values] of weights) {
    if (name === embeddingName) continue;
    if (old.get(name)?.length !== values.length)
      throw new Error(`The network has no ${name} of ${values.length} numbers.`);
  }
  const changed = new Set<string>();
  const change = <M extends Matrix>(name: string, matrix: M): M => {
    const now = weights.get(name);
    if (!now || changed.has(name)) return matrix;
    changed.add(name);
    const before = old.get(name)!;
    // A number that is stored alone is replaced; what is left of a sum stands in the other bias.
    const others = (k: number): number => before[k]! - matrix.values[k]!;
    return {
      ...matrix,
      values: now.map((value, k) => (others(k) === 0 ? value : matrix.values[k]! + (value - before[k]!))),
    };
  };
  const used = new Set(layersInUse(checkpoint));
  const { readout } = checkpoint;
  return {
    ...checkpoint,
    layers: checkpoint.layers.map((layer, k) => {
      if (!used.has(k)) return layer;
      const name = networkName(checkpoint.layers, k);
      const own = <M extends RecurrentLayer['matrices'][number]>(parameter: M): M =>
        change(placedName(name, parameter.name), parameter);
      return {
        ...layer,
        input: withTable(layer.input),
        matrices: layer.matrices.map(own),
        biases: layer.biases.map(own),
      };
    }),
    readout: readout && changedReadout(readout, change),
  };
}

/** The name of a layer of a checkpoint in its network: that in the file, with its place where another has the same. */
export function networkName(layers: readonly RecurrentLayer[], k: number): string {
  const { name } = layers[k]!;
  return layers.filter((layer) => layer.name === name).length > 1 ? `${name} (${k + 1})` : name;
}

/** Why a layer cannot be one of a network; null when it can. */
function whyNot({ layers }: Checkpoint, k: number, startsAsLearned: boolean): string | null {
  const { name, cell, withheld, initialState, learnedStates, input } = layers[k]!;
  const first = layers[0]!.input;
  if (!cell) return `The layer ${name} cannot be bounded. ${withheld ?? ''}`.trim();
  if (initialState === 'learned' && !learnedStates)
    return `The learned initial state of the layer ${name} is not one vector for all sequences.`;
  if (initialState === 'learned' && !startsAsLearned)
    return `The initial state of the layer ${name} is learned, and this row is for networks that start at zero.`;
  if (initialState === 'unknown') {
    return `The initial state of the layer ${name} could not be read, and every bound depends on it.`;
  }
  if (input.kind === 'layers') {
    return input.layers.every((read) => read < k) ? null : `The layer ${name} reads a layer that comes after it.`;
  }
  if (input.kind === 'model') {
    return first.kind === 'model' && first.input === input.input
      ? null
      : `The layer ${name} reads "${input.input}", and not what the first layer reads.`;
  }
  // Rows of the same table are limited alike and move alike, whichever they are.
  const isSameTable =
    input.embedding !== undefined && first.kind === 'frontEnd' && first.embedding?.tensor === input.embedding.tensor;
  return k === 0 || isSameTable
    ? null
    : `What precedes the layer ${name} (${input.description}) is no part of the bounded class.`;
}

function networkLayer({ layers }: Checkpoint, k: number, used: readonly number[]): NetworkLayer {
  const { cell, inputSize, hiddenSize, direction, input } = layers[k]!;
  return {
    name: networkName(layers, k),
    cell: cell!,
    inputSize,
    hiddenSize,
    direction,
    reads: input.kind === 'layers' ? input.layers.map((read) => used.indexOf(read)) : 'input',
    // A residual connection is part of the layer's own equations.
    residual: false,
  };
}

/** Why layers that are said to read each other cannot: what lies between them may have rearranged axes. Null when they fit. */
function whyUnfit(network: Network): string | null {
  try {
    placedLayers(network);
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.message;
  }
}
