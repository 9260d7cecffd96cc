import { measureNetwork } from '../../../../src/core/analysis/measureNetwork';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import type { Checkpoint, Parameter, RecurrentLayer } from '../../../../src/core/checkpoint';
import type { Declarations } from '../../../../src/core/declarations';
import type { BoundQuestion, BoundSample } from '../../../../src/core/bounds/boundQuestion';
import type { Margins } from '../../../../src/core/bounds/margins/margins';
import type { Matrix } from '../../../../src/core/linalg/matrix';

/** One margin a sequence. */
export const margins = (values: readonly number[]): Margins => ({
  values: Float64Array.from(values),
  starts: Int32Array.from({ length: values.length + 1 }, (_, k) => k),
});

export const matrix = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  columns: rows[0]!.length,
  values: Float64Array.from(rows.flat()),
});

export interface Network {
  readonly cell: CellName;
  readonly options?: CellOptions;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** By the names of the blocks: Ua, Wa, ba, V, c. */
  readonly weights: Readonly<Record<string, readonly number[] | readonly (readonly number[])[]>>;
}

const isRows = (value: readonly number[] | readonly (readonly number[])[]): value is readonly (readonly number[])[] =>
  Array.isArray(value[0]);

export function checkpointOf({ cell, options, inputSize, hiddenSize, weights }: Network): Checkpoint {
  const matrices: Parameter[] = [];
  const biases: Parameter[] = [];
  for (const [block, values] of Object.entries(weights)) {
    if (block === 'V' || block === 'c') continue;
    const name = block.length > 1 ? `${block[0]}_${block.slice(1)}` : block;
    const stored = isRows(values) ? matrix(values) : matrix(values.map((value) => [value]));
    const parameter = { ...stored, name, gate: null, tensor: name };
    if (isRows(values)) matrices.push({ ...parameter, role: block.startsWith('U') ? 'recurrent' : 'input' });
    else biases.push({ ...parameter, role: block === 'bu' ? 'recurrentBias' : 'inputBias' });
  }
  const V = weights['V'];
  const c = weights['c'];
  if (!V || !isRows(V)) throw new Error('The network has no readout.');
  const layer: RecurrentLayer = {
    name: 'rnn',
    cellName: cell,
    cell: cellNamed(cell, options),
    withheld: null,
    direction: 'forward',
    inputSize,
    hiddenSize,
    matrices,
    biases,
    input: { kind: 'model', input: 'x' },
    initialState: 'zero',
  };
  return {
    file: 'example.onnx',
    sha256: '',
    format: 'onnx',
    parameters: 0,
    layers: [layer],
    readout: {
      layers: [0],
      steps: 'last',
      linear: true,
      reason: null,
      weights: { ...matrix(V), tensor: 'V' },
      bias: c && !isRows(c) ? { ...matrix(c.map((value) => [value])), tensor: 'c' } : null,
      chain: [],
      finalActivation: 'none',
      output: 'scores',
      outputs: V.length,
    },
    inputs: [
      {
        name: 'x',
        elementType: 'float32',
        shape: [null, null, inputSize],
        role: 'sequence',
        batchAxis: 0,
        timeAxis: 1,
      },
    ],
    outputs: [{ name: 'scores', shape: [null, V.length] }],
    notes: [],
  };
}

export function sampleOf(training: Margins | null, more: Partial<BoundSample> = {}): BoundSample {
  return {
    task: 'classification',
    readoutCompared: true,
    training,
    heldOut: null,
    withheld: null,
    scoreWidth: 2,
    everyStep: false,
    lengths: { shortest: 10, longest: 10 },
    inputNorm: { two: 1, inf: 1 },
    stateGiven: false,
    ...more,
  };
}

export async function questionOf(
  checkpoint: Checkpoint,
  sample: BoundSample | null,
  declarations: Declarations = {},
): Promise<BoundQuestion> {
  return {
    checkpoint,
    measured: await measureNetwork(checkpoint),
    declarations,
    agreement: sample && { maxRelativeError: 1e-7, compared: 100, peer: 'onnxruntime' },
    sample,
  };
}

/** Four tanh units, two classes. */
export const smallVanilla: Network = {
  cell: 'vanilla',
  inputSize: 1,
  hiddenSize: 4,
  weights: {
    U: [
      [0.5, -0.5, 0, 0],
      [0.5, 0.5, 0, 0],
      [0, 0, 0.6, 0],
      [0, 0, 0, -0.3],
    ],
    W: [[0.5], [-0.5], [0.5], [0.5]],
    b: [0.1, 0, -0.1, 0.2],
    V: [
      [1.5, 0, 1, 0],
      [0, -1.5, 0, 1],
    ],
    c: [0.1, -0.1],
  },
};
