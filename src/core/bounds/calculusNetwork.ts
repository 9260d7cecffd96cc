import type { MeasuredMatrix } from '../analysis/measureNetwork';
import { roots, type Cell } from '../cells/cell';
import { inOrder } from '../cells/language';
import { outputWidth, placedLayers, placedName, type Network, type NetworkLayer } from '../cells/network';
import { parametersOf, type CellParameter } from '../cells/parametersOf';
import type { Checkpoint, RecurrentLayer } from '../checkpoint';
import { layerSizes } from '../layerSizes';
import { layersInUse } from '../layersInUse';
import { Problem } from '../problem';
import { vectorBlock, type MeasuredBlock } from './boundedNetwork';
import type { BoundQuestion } from './boundQuestion';

/** A learned matrix or vector with every norm that the majorant calculus asks for. */
export interface CalculusBlock extends MeasuredBlock {
  /** The largest Euclidean norm of a row; of a vector its largest entry. */
  readonly maxRow: number;
  /** Whether its stored numbers are all entries of the matrix that is applied. */
  readonly isDense: boolean;
  /** Of the bias of a modReLU: whether no entry is above zero. The calculus speaks of no other class (theory section 0.2). */
  readonly isNonPositive: boolean;
  readonly place: 'cell' | 'readout';
}

/** A checkpoint as the majorant calculus reads it: any cells, stacked and in both directions, with a linear readout. */
export interface CalculusNetwork {
  readonly layers: readonly RecurrentLayer[];
  readonly network: Network;
  /** By their names in the network, V and c last. */
  readonly blocks: readonly CalculusBlock[];
}

/** The network that the CALC rows are about, or why the checkpoint is none. */
export function calculusNetwork(question: BoundQuestion): CalculusNetwork | string {
  const { checkpoint, measured, declarations } = question;
  const { readout } = checkpoint;
  if (checkpoint.layers.length === 0) return 'No recurrent layer was found.';
  if (!readout) return 'No scores were found behind the layers, so there is nothing whose error could be bounded.';
  if (declarations.scores !== undefined && declarations.scores !== readout.output) {
    return `The sidecar takes the scores from "${declarations.scores}", but the readout that was understood ends in "${readout.output}".`;
  }
  if (readout.steps === 'other') return 'The readout reads neither the last step nor every step.';
  if (!readout.linear || !readout.weights || !measured.readout) {
    return readout.reason ?? 'The readout is not one linear map.';
  }
  const used = layersInUse(checkpoint);
  const failure = used.map((k) => whyNot(question, k)).find((reason) => reason !== null);
  if (failure !== undefined && failure !== null) return failure;
  const layers = used.map((k): NetworkLayer => networkLayer(checkpoint, k, used));
  const reads = readout.layers.map((k) => used.indexOf(k));
  const { rows, columns } = readout.weights;
  const width = reads.reduce((total, k) => total + outputWidth(layers[k]!), 0);
  if (columns !== width) return `The readout reads ${columns} numbers, but its layers hand on ${width}.`;
  const unfit = whyUnfit(layers, checkpoint.layers[used[0]!]!);
  if (unfit !== null) return unfit;
  const blocks: CalculusBlock[] = [];
  for (const [place, k] of used.entries()) {
    const found = layerBlocks(measured.layers[k]!, layers[place]!.name);
    if (typeof found === 'string') return found;
    blocks.push(...found);
  }
  blocks.push({
    ...matrixBlock('V', measured.readout, rows * columns),
    rows,
    columns,
    place: 'readout',
    isDense: true,
  });
  if (readout.bias) blocks.push({ ...vectorOf('c', Float64Array.from(readout.bias.values)), place: 'readout' });
  return {
    layers: used.map((k) => checkpoint.layers[k]!),
    network: {
      inputSize: layerSizes(checkpoint.layers[used[0]!]!).input,
      layers,
      readout: { layers: reads, steps: readout.steps, outputs: rows, bias: readout.bias !== null },
    },
    blocks,
  };
}

/** Why the calculus cannot speak about a layer; null when it can. */
function whyNot({ checkpoint, declarations, sample }: BoundQuestion, k: number): string | null {
  const { name, cell, withheld, initialState, input } = checkpoint.layers[k]!;
  const first = checkpoint.layers[0]!.input;
  if (!cell) return `The layer ${name} cannot be bounded. ${withheld ?? ''}`.trim();
  if (initialState === 'learned') return `The initial state of the layer ${name} is learned, which no row covers yet.`;
  if (initialState === 'unknown') {
    return `The initial state of the layer ${name} could not be read, and every bound depends on it.`;
  }
  if (initialState === 'given' && sample?.stateGiven === true) {
    return 'The data give an initial state, and these rows are for networks that start at zero.';
  }
  if (input.kind === 'layers') {
    return input.layers.every((read) => read < k) ? null : `The layer ${name} reads a layer that comes after it.`;
  }
  if (input.kind === 'model') {
    return first.kind === 'model' && first.input === input.input
      ? null
      : `The layer ${name} reads "${input.input}", and not what the first layer reads.`;
  }
  if (k > 0) return `What precedes the layer ${name} (${input.description}) is no part of the bounded class.`;
  if (input.trained && declarations.frontEndFixed !== true) {
    return `What precedes the layer ${name} (${input.description}) was trained on the same data and is no part of the bounded class: declare frontEndFixed if it was fixed before the data were seen.`;
  }
  return null;
}

function networkLayer({ layers }: Checkpoint, k: number, used: readonly number[]): NetworkLayer {
  const { cell, inputSize, hiddenSize, direction, input } = layers[k]!;
  return {
    name: uniqueName(layers, k),
    cell: cell!,
    inputSize,
    hiddenSize,
    direction,
    reads: input.kind === 'layers' ? input.layers.map((read) => used.indexOf(read)) : 'input',
    // A residual connection is part of the layer's own equations.
    residual: false,
  };
}

/** The name of the layer in the file, with its place where another has the same. */
function uniqueName(layers: readonly RecurrentLayer[], k: number): string {
  const { name } = layers[k]!;
  return layers.filter((layer) => layer.name === name).length > 1 ? `${name} (${k + 1})` : name;
}

/** Why layers that are said to read each other cannot: what lies between them may have rearranged axes. Null when they fit. */
function whyUnfit(layers: readonly NetworkLayer[], first: RecurrentLayer): string | null {
  try {
    placedLayers({ inputSize: layerSizes(first).input, layers, readout: null });
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.message;
  }
}

/** The blocks of one layer, or which one is missing. */
function layerBlocks(
  { layer, matrices }: BoundQuestion['measured']['layers'][number],
  name: string,
): CalculusBlock[] | string {
  const blocks: CalculusBlock[] = [];
  for (const parameter of parametersOf(layer.cell!)) {
    const block =
      parameter.kind === 'matrix' ? cellMatrix(parameter, matrices, name) : cellVector(parameter, layer, name);
    if (!block) return `The layer ${layer.name} has no ${parameter.name}, which its equations need.`;
    blocks.push(block);
  }
  return blocks;
}

function cellMatrix(
  { name, matrix }: CellParameter,
  matrices: BoundQuestion['measured']['layers'][number]['matrices'],
  layer: string,
): CalculusBlock | null {
  const measured = matrices.find(({ parameter }) => parameter.name === name);
  if (!measured) return null;
  const { rows, columns } = measured.parameter;
  return {
    ...matrixBlock(placedName(layer, name), measured, rows * columns),
    ...{ rows, columns, place: 'cell', isDense: matrix!.structure.kind === 'dense' },
  };
}

function matrixBlock(name: string, { spectral, norms }: MeasuredMatrix, parameters: number) {
  return {
    name,
    parameters,
    two: spectral.upper,
    inf: norms.infinity,
    maxRow: norms.maxRow,
    frobenius: norms.frobenius,
    isNonPositive: false,
  };
}

/** A vector of the cell; two biases of one name are one bias, their sum. */
function cellVector({ name }: CellParameter, { biases, cell }: RecurrentLayer, layer: string): CalculusBlock | null {
  const parts = biases.filter((bias) => bias.name === name);
  if (parts.length === 0) return null;
  const sum = new Float64Array(parts[0]!.values.length);
  for (const { values } of parts) for (let k = 0; k < sum.length; k++) sum[k]! += values[k]!;
  const isJumpBias = jumpBiases(cell!).has(name);
  const isNonPositive = isJumpBias && sum.every((value) => value <= 0);
  return { ...vectorOf(placedName(layer, name), sum), isNonPositive, place: 'cell' };
}

function vectorOf(name: string, values: Float64Array): Omit<CalculusBlock, 'place'> {
  const norms = vectorBlock(values);
  return {
    ...{ name, rows: values.length, columns: null, parameters: values.length, ...norms },
    ...{ maxRow: norms.inf, isDense: true, isNonPositive: false },
  };
}

/** The biases of modReLU, which jumps where one is above zero. */
const jumpBiases = (cell: Cell): ReadonlySet<string> =>
  new Set(inOrder(roots(cell)).flatMap((e) => (e.operation === 'modRelu' ? [e.operands[1]!.name] : [])));
