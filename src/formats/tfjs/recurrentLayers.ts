import type { LayerInput, Parameter, RecurrentLayer } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import { parameterName } from '../../core/cells/affineMap';
import { isJsonObject, type JsonObject } from '../jsonObject';
import { configFlag, configText, configValue } from './configValue';
import type { WeightsByLayer, LayerPart } from './weightsByLayer';
import { isRecurrent, readRecurrentCell, type RecurrentCell } from './recurrentCell';
import type { StoredWeight } from './storedWeights';
import type { TopologyLayer } from './topology';

/** A recurrent layer of the topology: a cell run one way, or the two ways of a Bidirectional wrapper. */
export interface RecurrentUnit {
  readonly layer: TopologyLayer;
  readonly parts: readonly LayerPart[];
  /** The class and the options of the layer itself, or of the layer inside the wrapper. */
  readonly className: string;
  readonly config: JsonObject;
  /** How a Bidirectional puts its two halves together; null when there is one half. */
  readonly mergeMode: string | null;
  readonly returnsSequences: boolean;
  /** Whether the hidden states come out last step first: a layer that runs backwards and is not in a wrapper. */
  readonly reversedOutput: boolean;
}

/** What the rest of the model does to a recurrent layer. */
export interface Surroundings {
  readonly input: LayerInput;
  readonly initialState: RecurrentLayer['initialState'];
  /** Why the layer cannot be run as a plain cell although its own options could be; null when it can. */
  readonly withheld: string | null;
}

/** What a layer of the topology is as a recurrent layer; null when it is none that can be read. */
export function recurrentUnit(layer: TopologyLayer): RecurrentUnit | null {
  if (isRecurrent(layer.className)) {
    const returnsSequences = configFlag(layer.config, 'return_sequences', false);
    const reversedOutput = returnsSequences && configFlag(layer.config, 'go_backwards', false);
    return {
      layer,
      parts: ['whole'],
      className: layer.className,
      config: layer.config,
      mergeMode: null,
      returnsSequences,
      reversedOutput,
    };
  }
  if (layer.className !== 'Bidirectional') return null;
  const inner = configValue(layer.config, 'layer');
  const className = isJsonObject(inner) ? configText(inner, 'class_name') : null;
  const config = isJsonObject(inner) ? configValue(inner, 'config') : null;
  if (className === null || !isRecurrent(className) || !isJsonObject(config)) return null;
  const mergeMode =
    configValue(layer.config, 'merge_mode') === undefined
      ? 'concat'
      : (configText(layer.config, 'merge_mode') ?? 'none');
  const returnsSequences = configFlag(config, 'return_sequences', false);
  return {
    layer,
    parts: ['forward', 'backward'],
    className,
    config,
    mergeMode,
    returnsSequences,
    reversedOutput: false,
  };
}

/**
 * The recurrent layers of one unit, one a direction, with weights in the orientation y = A x: Keras stores a kernel as
 * inputs × (gates · units), so each gate's matrix is a transposed block of columns.
 */
export function readRecurrentUnit(
  unit: RecurrentUnit,
  weights: WeightsByLayer,
  surroundings: Surroundings,
  fileName: string,
): RecurrentLayer[] {
  const cell = readRecurrentCell(unit.className, unit.config);
  if (!cell) throw new Problem(`The layer ${unit.layer.name} in ${fileName} does not say how many units it has.`);
  const withheld = cell.withheld ?? surroundings.withheld;
  const backwards = configFlag(unit.config, 'go_backwards', false);
  return unit.parts.map((part): RecurrentLayer => {
    const { matrices, biases, inputSize } = readParameters(unit.layer.name, part, cell, weights);
    return {
      name: part === 'whole' ? unit.layer.name : `${unit.layer.name} (${part})`,
      cellName: cell.cellName,
      cell: withheld === null ? cell.cell : null,
      withheld,
      direction: (part === 'backward') !== backwards ? 'reverse' : 'forward',
      inputSize,
      hiddenSize: cell.units,
      matrices,
      biases,
      input: surroundings.input,
      initialState: surroundings.initialState,
      ...(configFlag(unit.config, 'stateful', false) && { keepsStates: true }),
    };
  });
}

function readParameters(layer: string, part: LayerPart, cell: RecurrentCell, weights: WeightsByLayer) {
  const { units, gateOrder } = cell;
  const width = gateOrder.length * units;
  const kernel = weights.find(layer, part, 'kernel', [null, width]);
  const recurrent = weights.find(layer, part, 'recurrent_kernel', [units, width]);
  const inputSize = kernel.shape[0] ?? 0;
  const matrices: Parameter[] = [];
  const biases: Parameter[] = [];
  gateOrder.forEach((gate, block) => {
    const letter = cell.letters[gate] ?? '';
    const name = (family: string) => parameterName(family, letter);
    matrices.push({
      name: name('W'),
      gate,
      role: 'input',
      tensor: kernel.name,
      rows: units,
      columns: inputSize,
      values: transposedBlock(kernel, block, units),
    });
    matrices.push({
      name: name('U'),
      gate,
      role: 'recurrent',
      tensor: recurrent.name,
      rows: units,
      columns: units,
      values: transposedBlock(recurrent, block, units),
    });
  });
  if (cell.useBias) biases.push(...readBiases(layer, part, cell, weights));
  return { matrices, biases, inputSize };
}

/**
 * Keras keeps one bias a gate, except in a GRU with `reset_after`, where a second row holds the biases of the recurrent
 * side; there the candidate's second bias is multiplied by the reset gate and has a name of its own, b_u.
 */
function readBiases(layer: string, part: LayerPart, cell: RecurrentCell, weights: WeightsByLayer): Parameter[] {
  const { units, gateOrder } = cell;
  const width = gateOrder.length * units;
  const twoRows = cell.cellName === 'gru-reset-after';
  const stored = weights.find(layer, part, 'bias', twoRows ? [2, width] : [width]);
  const row = (start: number) => Float32Array.from(stored.values.subarray(start, start + units));
  const biases: Parameter[] = [];
  gateOrder.forEach((gate, block) => {
    const name = parameterName('b', cell.letters[gate] ?? '');
    const shape = { gate, tensor: stored.name, rows: units, columns: 1 };
    biases.push({ ...shape, name, role: 'inputBias', values: row(block * units) });
    if (!twoRows) return;
    const recurrentName = gate === 'candidate' ? 'b_u' : name;
    biases.push({ ...shape, name: recurrentName, role: 'recurrentBias', values: row(width + block * units) });
  });
  return biases;
}

/** Block number `block` of a kernel's columns, as a matrix of one row a unit. */
function transposedBlock({ shape, values }: StoredWeight, block: number, units: number): Float32Array {
  const [inputs = 0, width = 0] = shape;
  const result = new Float32Array(units * inputs);
  for (let unit = 0; unit < units; unit++) {
    for (let input = 0; input < inputs; input++)
      result[unit * inputs + input] = values[input * width + block * units + unit]!;
  }
  return result;
}
