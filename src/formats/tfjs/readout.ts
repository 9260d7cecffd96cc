import type { Readout } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import { configActivation, configFlag, configValue, isCount } from './configValue';
import { ancestorsOf, isTransparent, type Places } from './dataFlow';
import type { WeightsByLayer } from './weightsByLayer';
import { recurrentUnit, type RecurrentUnit } from './recurrentLayers';
import { denseOf, type Shape } from './shapes';
import type { Topology, TopologyLayer } from './topology';

/** The readout, and the layer of the TensorFlow.js model whose output, before its own final activation, is the scores. */
export interface FoundReadout {
  readonly readout: Readout;
  readonly scores: string;
}

const finalActivations: Readonly<Record<string, Readout['finalActivation']>> = {
  softmax: 'softmax',
  log_softmax: 'logSoftmax',
  sigmoid: 'sigmoid',
};

/** Follows the first output that comes from a recurrent layer back to that layer; null when no output does. */
export function readReadout(
  topology: Topology,
  places: Places,
  weights: WeightsByLayer,
  shapes: ReadonlyMap<string, Shape>,
  fileName: string,
): FoundReadout | null {
  for (const output of topology.outputs) {
    // Neither runtime is asked for a state that a layer hands out, or for its second call.
    if (topology.otherOutputs.includes(output)) continue;
    const path = pathTo(output, topology);
    if (path) return describe(output, path, places, weights, shapes, fileName);
  }
  return null;
}

interface Path {
  /** The recurrent units the path starts from; several when the path begins where layers join. */
  readonly units: readonly RecurrentUnit[];
  /** The layers behind the units, in the order of the data flow. */
  readonly chain: readonly TopologyLayer[];
}

function pathTo(output: string, topology: Topology): Path | null {
  const chain: TopologyLayer[] = [];
  let layer = topology.layers.find(({ name }) => name === output);
  while (layer) {
    const unit = recurrentUnit(layer);
    if (unit) return { units: [unit], chain };
    chain.unshift(layer);
    if (layer.inputs.length !== 1) {
      const units = ancestorsOf(layer, topology)
        .map(recurrentUnit)
        .filter((found) => found !== null);
      return units.length > 0 ? { units, chain } : null;
    }
    const [before] = layer.inputs;
    layer = topology.layers.find(({ name }) => name === before);
  }
  return null;
}

function describe(
  output: string,
  { units, chain }: Path,
  places: Places,
  weights: WeightsByLayer,
  shapes: ReadonlyMap<string, Shape>,
  fileName: string,
): FoundReadout {
  const final = finalStep(chain, shapes);
  const denses = chain.filter((layer) => denseOf(layer) !== null);
  const reason = whyNotLinear(units, chain, final?.layer ?? null);
  const isStepwise = (layer: TopologyLayer): boolean => whatIsStrange(layer) === null;
  const [dense] = denses;
  const linear = reason === null && dense !== undefined;
  const perStep = units.every(({ returnsSequences, reversedOutput }) => returnsSequences && !reversedOutput);
  const understood = units.length === 1 && chain.every(isStepwise);
  const steps = !understood ? 'other' : perStep ? 'every' : units[0]!.reversedOutput ? 'other' : 'last';
  const width = shapes.get(output)?.at(-1) ?? denseUnits(denses.at(-1)) ?? 0;
  return {
    scores: final?.layer.name ?? output,
    readout: {
      layers: units.flatMap(({ layer }) => places.get(layer.name) ?? []),
      steps,
      linear,
      reason,
      ...(linear ? readDense(dense, weights, fileName) : { weights: null, bias: null }),
      chain: chain.map((layer) => ({ name: layer.name, operation: operationOf(layer) })),
      finalActivation: final?.activation ?? 'none',
      output,
      outputs: width,
    },
  };
}

/** The layer that applies a final softmax or sigmoid, when nothing but training-time layers follows it. */
function finalStep(
  chain: readonly TopologyLayer[],
  shapes: ReadonlyMap<string, Shape>,
): { layer: TopologyLayer; activation: Readout['finalActivation'] } | null {
  const layer = chain.findLast((candidate) => !isTransparent(candidate));
  const activation = layer ? finalActivations[activationOf(layer)] : undefined;
  return layer && activation && isOverClasses(layer, shapes) ? { layer, activation } : null;
}

/** A Softmax layer may go over another axis than the last, which tells nothing about the classes of one step. */
function isOverClasses({ name, className, config }: TopologyLayer, shapes: ReadonlyMap<string, Shape>): boolean {
  const axis = className === 'Softmax' ? (configValue(config, 'axis') ?? -1) : -1;
  const rank = shapes.get(name)?.length;
  return axis === -1 || (rank !== undefined && axis === rank - 1);
}

function whyNotLinear(
  units: readonly RecurrentUnit[],
  chain: readonly TopologyLayer[],
  final: TopologyLayer | null,
): string | null {
  const [unit] = units;
  for (const layer of chain) {
    const strange = whatIsStrange(layer);
    if (strange !== null) return `${layer.name} (${layer.className}) ${strange}.`;
  }
  if (unit && unit.mergeMode !== null && unit.mergeMode !== 'concat')
    return `${unit.layer.name} merges its two directions by "${unit.mergeMode}".`;
  const denses = chain.filter((layer) => denseOf(layer) !== null);
  if (denses.length > 1)
    return `The scores pass through ${denses.length} dense layers: ${denses.map(({ name }) => name).join(', ')}.`;
  if (denses.length === 0) return 'No dense layer follows the recurrent layer: its hidden states are the scores.';
  const bent = chain.find((layer) => layer !== final && activationOf(layer) !== 'linear');
  return bent ? `${bent.name} applies ${activationOf(bent)} on the way to the scores.` : null;
}

/** Why a layer does not act on each step of the hidden states by itself; null when it does. */
function whatIsStrange(layer: TopologyLayer): string | null {
  if (layer.readsOther) return 'reads a state, or a layer that is called twice';
  if (layer.calls > 1) return 'is called twice';
  const isStepwise =
    isTransparent(layer) ||
    layer.className === 'Activation' ||
    layer.className === 'Softmax' ||
    denseOf(layer) !== null;
  return isStepwise ? null : 'stands between the recurrent layers and the scores';
}

function activationOf(layer: TopologyLayer): string {
  if (layer.className === 'Activation') return configActivation(layer.config, 'activation', 'linear');
  if (layer.className === 'Softmax') return 'softmax';
  const dense = denseOf(layer);
  return dense ? configActivation(dense.config, 'activation', 'linear') : 'linear';
}

function operationOf(layer: TopologyLayer): string {
  const activation = activationOf(layer);
  const operation = layer.className === 'TimeDistributed' && denseOf(layer) ? 'TimeDistributed Dense' : layer.className;
  return activation === 'linear' || layer.className === 'Softmax' ? operation : `${operation} ${activation}`;
}

function denseUnits(layer: TopologyLayer | undefined): number | null {
  const dense = layer ? denseOf(layer) : null;
  const units = dense ? configValue(dense.config, 'units') : null;
  return isCount(units) ? units : null;
}

function readDense(layer: TopologyLayer, weights: WeightsByLayer, fileName: string): Pick<Readout, 'weights' | 'bias'> {
  const units = denseUnits(layer);
  const dense = denseOf(layer);
  if (units === null || !dense)
    throw new Problem(`The layer ${layer.name} in ${fileName} does not say how many units it has.`);
  const kernel = weights.find(layer.name, 'whole', 'kernel', [null, units]);
  const columns = kernel.shape[0] ?? 0;
  const values = new Float32Array(units * columns);
  for (let row = 0; row < units; row++)
    for (let k = 0; k < columns; k++) values[row * columns + k] = kernel.values[k * units + row]!;
  const matrix = { rows: units, columns, values, tensor: kernel.name };
  if (!configFlag(dense.config, 'use_bias', true)) return { weights: matrix, bias: null };
  const bias = weights.find(layer.name, 'whole', 'bias', [units]);
  return {
    weights: matrix,
    bias: { rows: units, columns: 1, values: Float32Array.from(bias.values), tensor: bias.name },
  };
}
