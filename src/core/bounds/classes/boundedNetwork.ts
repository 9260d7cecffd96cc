import type { MeasuredMatrix } from '../../analysis/measureNetwork';
import type { Parameter, RecurrentLayer } from '../../checkpoint';
import type { BoundQuestion } from '../boundQuestion';
import { possibleBlocks, type Architecture, type Block, type CellKind } from './networkClass';

/** A block with its measured norms; every one an upper end (theory rule R7). */
export interface MeasuredBlock extends Block {
  /** Spectral norm; Euclidean for a vector. */
  readonly two: number;
  /** Largest absolute row sum; largest absolute entry for a vector. */
  readonly inf: number;
  readonly frobenius: number;
}

/** A block with what theorems about one layer ask for besides. */
export interface TheoremBlock extends MeasuredBlock {
  /** ‖A‖_{1,1}, the sum of all absolute values; null for a vector. */
  readonly absoluteSum: number | null;
}

export interface BoundedNetwork {
  readonly layer: RecurrentLayer;
  readonly architecture: Architecture;
  readonly blocks: readonly TheoremBlock[];
}

const kinds: Readonly<Record<string, CellKind>> = {
  vanilla: 'vanilla',
  mgu: 'mgu',
  gru: 'gru_before',
  'gru-reset-after': 'gru_after',
  lstm: 'lstm',
};

export const cellKind = (name: string): CellKind | null => kinds[name] ?? null;

const calculus = 'The CALC rows (CALC-Rad1, CALC-Occam, CALC-Dudley1, CALC-PBM) are for it';

/** The one-layer network with a linear readout that the rows of this program are about, or why the checkpoint is none. */
export function boundedNetwork({ checkpoint, measured, declarations, sample }: BoundQuestion): BoundedNetwork | string {
  const { layers, readout } = checkpoint;
  const [layer] = layers;
  const matrices = measured.layers[0]?.matrices;
  if (!layer || !matrices) return 'No recurrent layer was found.';
  if (layers.length > 1) return `The network has ${layers.length} recurrent layers or directions. ${calculus}.`;
  if (layer.withheld !== null) return `The layer ${layer.name} cannot be bounded. ${layer.withheld}`;
  if (layer.residual) return `The layer ${layer.name} adds what it reads to what it puts out. ${calculus}.`;
  const architecture = cellArchitecture(layer);
  if (typeof architecture === 'string') return architecture;
  if (layer.initialState === 'learned') return `The initial state is learned. ${calculus}.`;
  if (layer.initialState === 'unknown') return 'The initial state could not be read, and every bound depends on it.';
  if (layer.initialState === 'given' && sample?.stateGiven === true) {
    return `The data give an initial state, and these rows are for networks that start at zero.`;
  }
  if (layer.input.kind === 'frontEnd' && layer.input.trained && declarations.frontEndFixed !== true) {
    return `What precedes the layer (${layer.input.description}) was trained on the same data and is no part of the bounded class: declare frontEndFixed if it was fixed before the data were seen.`;
  }
  if (layer.input.kind === 'layers') return `The layer ${layer.name} reads other recurrent layers. ${calculus}.`;
  if (readout && declarations.scores !== undefined && declarations.scores !== readout.output) {
    return `The sidecar takes the scores from "${declarations.scores}", but the readout that was understood ends in "${readout.output}".`;
  }
  if (!readout) return 'No scores were found behind the layer, so there is nothing whose error could be bounded.';
  if (readout.steps === 'other')
    return 'The readout reads neither the last step nor every step, which no row covers yet.';
  if (readout.steps === 'mean') return `The readout reads the mean over all steps. ${calculus}.`;
  if (!readout.linear || !readout.weights || !measured.readout) {
    return readout.reason ?? `The readout has several dense layers. ${calculus}.`;
  }
  const { rows, columns } = readout.weights;
  if (columns !== layer.hiddenSize)
    return `The readout reads ${columns} numbers, but the layer has ${layer.hiddenSize} units.`;
  const possible = possibleBlocks({ ...architecture, outputs: rows });
  const blocks: TheoremBlock[] = [];
  const add = (name: string, norms: Omit<TheoremBlock, keyof Block>): string | null => {
    const block = possible.find((candidate) => candidate.name === name);
    if (!block) return `The parameter ${name} is not part of the theorem's ${layer.cellName} cell. ${calculus}.`;
    blocks.push({ ...block, ...norms });
    return null;
  };
  const failures = [
    ...matrices.map((matrix) => add(blockName(matrix.parameter), matrixBlock(matrix))),
    ...[...sumByName(layer.biases)].map(([name, values]) => add(name, { ...vectorBlock(values), absoluteSum: null })),
    add('V', matrixBlock(measured.readout)),
    readout.bias ? add('c', { ...vectorBlock(Float64Array.from(readout.bias.values)), absoluteSum: null }) : null,
  ];
  const failure = failures.find((reason) => reason !== null);
  if (failure !== undefined && failure !== null) return failure;
  const inOrder = possible.flatMap(({ name }) => blocks.filter((block) => block.name === name));
  if (inOrder.length !== possible.filter(({ name }) => blocks.some((block) => block.name === name)).length) {
    return `The layer ${layer.name} has a parameter twice.`;
  }
  return { layer, architecture: { ...architecture, outputs: rows }, blocks: inOrder };
}

/** W_f becomes Wf; W stays W. */
const blockName = ({ name }: Pick<Parameter, 'name'>): string => name.replace('_', '');

const matrixBlock = ({ spectral, norms }: MeasuredMatrix): Omit<TheoremBlock, keyof Block> => ({
  two: spectral.upper,
  inf: norms.infinity,
  frobenius: norms.frobenius,
  absoluteSum: norms.norm11,
});

export function vectorBlock(values: Float64Array): Omit<MeasuredBlock, keyof Block> {
  const two = euclidean(values);
  let inf = 0;
  for (const value of values) inf = Math.max(inf, Math.abs(value));
  return { two, inf, frobenius: two };
}

function euclidean(values: Float64Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}

/** Two biases of one name are one bias, their sum; the recurrent bias of a GRU that resets after has a name of its own. */
function sumByName(biases: readonly Parameter[]): Map<string, Float64Array> {
  const sums = new Map<string, Float64Array>();
  for (const bias of biases) {
    const name = blockName(bias);
    const sum = sums.get(name) ?? new Float64Array(bias.values.length);
    for (let k = 0; k < sum.length; k++) sum[k]! += bias.values[k]!;
    sums.set(name, sum);
  }
  return sums;
}

/** The cell as the theorems know it, or the activation they do not know. */
function cellArchitecture(layer: RecurrentLayer): Architecture | string {
  const kind = cellKind(layer.cellName);
  if (!kind || !layer.cell) return `No theorem of this program is about the cell ${layer.cellName}. ${calculus}.`;
  const { candidateActivation, gateActivation, outputActivation, clip, coupled, peepholes } = layer.cell.options;
  const extras = { clip, coupled, peepholes };
  const extra = Object.entries(extras).find(([, value]) => value !== undefined && value !== null && value !== false);
  if (extra) return `No theorem is about a ${layer.cellName} cell with the option ${extra[0]}. ${calculus}.`;
  const unknown = (activation: unknown): string =>
    `No theorem is about a ${layer.cellName} cell with ${JSON.stringify(activation)}. ${calculus}.`;
  const base = {
    cell: kind,
    inputSize: layer.inputSize,
    hiddenSize: layer.hiddenSize,
    outputs: 1,
    slope: 1,
    readoutSlope: 1,
  };
  if (kind === 'vanilla') {
    if (candidateActivation !== 'tanh' && candidateActivation !== 'relu') return unknown(candidateActivation);
    return { ...base, cap: candidateActivation === 'tanh' ? 1 : Infinity, gateSlope: 1 / 4, gates: {} };
  }
  if (candidateActivation !== 'tanh') return unknown(candidateActivation);
  if (kind === 'lstm' && outputActivation !== 'tanh') return unknown(outputActivation);
  if (gateActivation === 'sigmoid') return { ...base, cap: 1, gateSlope: 1 / 4, gates: {} };
  // Hard-sigmoid as Keras and ONNX define it, up to the rounding of 0.2 to float32.
  if (
    typeof gateActivation === 'object' &&
    gateActivation.kind === 'hardSigmoid' &&
    Math.abs(gateActivation.slope - 0.2) < 1e-6
  ) {
    return { ...base, cap: 1, gateSlope: gateActivation.slope, gates: {} };
  }
  return unknown(gateActivation);
}
