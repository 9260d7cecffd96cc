import type { MeasuredMatrix } from '../../analysis/measureNetwork';
import { roots, type Cell } from '../../cells/cell';
import { inOrder } from '../../cells/language';
import { placedName, type Network, type NetworkReadout } from '../../cells/network';
import { parametersOf, type CellParameter } from '../../cells/parametersOf';
import { readoutLayers } from '../../cells/readout';
import type { LayerInput, Readout, RecurrentLayer } from '../../checkpoint';
import { checkpointNetwork, embeddingName, type CheckpointNetwork } from '../../checkpointNetwork';
import { readoutDense } from '../../checkpointReadout';
import { vectorBlock, type MeasuredBlock } from './boundedNetwork';
import type { BoundQuestion } from '../boundQuestion';

/** A learned matrix or vector with every norm that the majorant calculus asks for. */
export interface CalculusBlock extends MeasuredBlock {
  /** The largest Euclidean norm of a row; of a vector its largest entry. */
  readonly maxRow: number;
  /** Whether its stored numbers are all entries of the matrix that is applied. */
  readonly isDense: boolean;
  /** Of the bias of a modReLU: whether no entry is above zero. The calculus speaks of no other class (theory section 0.2). */
  readonly isNonPositive: boolean;
  /** `readout`: the scores come out of it, so that one norm of it is enough. */
  readonly place: 'embedding' | 'cell' | 'initialState' | 'readout';
}

/** A checkpoint as the majorant calculus reads it: any cells, stacked and in both directions, with a readout of dense layers. */
export interface CalculusNetwork {
  readonly layers: readonly RecurrentLayer[];
  readonly network: Network;
  /** By their names in the network, those that the scores come out of last. */
  readonly blocks: readonly CalculusBlock[];
  /** The tensor of the trained embedding that is the first block; null where there is none. */
  readonly embedding: string | null;
}

/** The network that the CALC rows are about, or why the checkpoint is none. */
export function calculusNetwork(question: BoundQuestion): CalculusNetwork | string {
  const { checkpoint, measured, declarations } = question;
  const { layers, readout } = checkpoint;
  if (readout && declarations.scores !== undefined && declarations.scores !== readout.output) {
    return `The sidecar takes the scores from "${declarations.scores}", but the readout that was understood ends in "${readout.output}".`;
  }
  const found = checkpointNetwork(checkpoint, { learnedStates: true });
  if (typeof found === 'string') return found;
  const failure = whyNot(question, found);
  if (failure !== null) return failure;
  const blocks: CalculusBlock[] = embeddingBlocks(question, found.input);
  for (const [place, k] of found.layers.entries()) {
    const own = layerBlocks(measured.layers[k]!, found.network.layers[place]!.name);
    if (typeof own === 'string') return own;
    blocks.push(...own, ...stateBlocks(layers[k]!, found.network.layers[place]!.name));
  }
  blocks.push(...readoutBlocks(found.network.readout!, readout!, [...(measured.hidden ?? []), measured.readout!]));
  const { input } = found;
  const embedding = (input.kind === 'frontEnd' && blocks[0]!.place === 'embedding' && input.embedding?.tensor) || null;
  return { layers: found.layers.map((k) => layers[k]!), network: found.network, blocks, embedding };
}

/**
 * A trained embedding in front of the first layer (theory section 0.2): x_t is a row of its table, so it is limited by the
 * longest row and by the largest entry, and moves no farther than the row that moves most. As noise all entries are one vector,
 * whose length no row exceeds.
 */
function embeddingBlocks({ declarations, measured }: BoundQuestion, input: LayerInput): CalculusBlock[] {
  if (input.kind !== 'frontEnd' || !input.embedding || declarations.frontEndFixed === true) return [];
  const parameters = input.embedding.rows * input.embedding.columns;
  const { maxRow: two, maxAbs: inf, frobenius } = measured.embedding!;
  return [
    {
      ...{ name: embeddingName, rows: parameters, columns: null, parameters, place: 'embedding' },
      ...{ two, inf, maxRow: inf, frobenius, isDense: true, isNonPositive: false },
    },
  ];
}

/** The states that a layer has learned to start from (theory section 0.2), each a vector. */
const stateBlocks = ({ cell, learnedStates }: RecurrentLayer, layer: string): readonly CalculusBlock[] =>
  (learnedStates ?? []).map(({ values }, k) => ({
    ...vectorOf(placedName(layer, cell!.states[k]!.name), Float64Array.from(values)),
    place: 'initialState',
  }));

/** The dense layers of the readout: the norms of those in front of the last one are needed as inside a cell. */
function readoutBlocks(
  network: NetworkReadout,
  readout: Readout,
  measured: readonly MeasuredMatrix[],
): readonly CalculusBlock[] {
  const dense = readoutDense(readout);
  return readoutLayers(network).flatMap(({ map, bias }, k) => {
    const { weights, bias: c } = dense[k]!;
    const { rows, columns } = weights;
    const place = k === dense.length - 1 ? 'readout' : 'cell';
    const matrix = matrixBlock(map.name, measured[k]!, rows * columns);
    const vector = c && bias !== null ? [{ ...vectorOf(bias, Float64Array.from(c.values)), place } as const] : [];
    return [{ ...matrix, rows, columns, place, isDense: true }, ...vector];
  });
}

/** Why the rows cannot speak about this network on these data; null when they can. */
function whyNot(
  { checkpoint, declarations, sample }: BoundQuestion,
  { layers, input }: CheckpointNetwork,
): string | null {
  if (sample?.stateGiven === true && layers.some((k) => checkpoint.layers[k]!.initialState === 'given')) {
    return 'The data give an initial state, and these rows are for networks that start at zero.';
  }
  if (input.kind !== 'frontEnd' || !input.trained || declarations.frontEndFixed === true) return null;
  if (input.embedding) return null;
  const { name } = checkpoint.layers[layers[0]!]!;
  return `What precedes the layer ${name} (${input.description}) was trained on the same data and is no part of the bounded class: declare frontEndFixed if it was fixed before the data were seen.`;
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
