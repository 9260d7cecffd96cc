import type { Readout } from '../../core/checkpoint';
import { configValue } from './configValue';
import { ancestorsOf, isTransparent, type Places } from './dataFlow';
import { activationOf, denseUnits, readDense } from './readoutDense';
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
  const reason = whyNotUnderstood(units, chain);
  const found = reason ?? readDense(chain, final?.layer ?? null, weights, shapes, fileName);
  const dense = typeof found === 'string' ? [] : found;
  const isStepwise = (layer: TopologyLayer): boolean => whatIsStrange(layer) === null;
  const perStep = units.every(({ returnsSequences, reversedOutput }) => returnsSequences && !reversedOutput);
  const understood = units.length === 1 && chain.every(isStepwise);
  const isMean = chain.some(({ className }) => className === 'GlobalAveragePooling1D');
  const single = units[0]!.reversedOutput ? 'other' : 'last';
  const steps = !understood ? 'other' : isMean ? 'mean' : perStep ? 'every' : single;
  const width = shapes.get(output)?.at(-1) ?? denseUnits(chain.findLast((layer) => denseOf(layer) !== null)) ?? 0;
  return {
    scores: final?.layer.name ?? output,
    readout: {
      layers: units.flatMap(({ layer }) => places.get(layer.name) ?? []),
      steps,
      linear: dense.length === 1,
      reason: typeof found === 'string' ? found : null,
      ...(dense.length > 1 && { hidden: dense.slice(0, -1) }),
      ...{ weights: dense.at(-1)?.weights ?? null, bias: dense.at(-1)?.bias ?? null },
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

function whyNotUnderstood(units: readonly RecurrentUnit[], chain: readonly TopologyLayer[]): string | null {
  const [unit] = units;
  for (const layer of chain) {
    const strange = whatIsStrange(layer);
    if (strange !== null) return `${layer.name} (${layer.className}) ${strange}.`;
  }
  if (unit && unit.mergeMode !== null && unit.mergeMode !== 'concat')
    return `${unit.layer.name} merges its two directions by "${unit.mergeMode}".`;
  const isScored = chain.some((layer) => denseOf(layer) !== null);
  return isScored ? null : 'No dense layer follows the recurrent layer: its hidden states are the scores.';
}

/** Why a layer does not act on each step of the hidden states by itself; null when it does. */
function whatIsStrange(layer: TopologyLayer): string | null {
  if (layer.readsOther) return 'reads a state, or a layer that is called twice';
  if (layer.calls > 1) return 'is called twice';
  const isStepwise =
    isTransparent(layer) ||
    layer.className === 'Activation' ||
    layer.className === 'Softmax' ||
    layer.className === 'BatchNormalization' ||
    layer.className === 'LeakyReLU' ||
    layer.className === 'ReLU' ||
    isMeanOverSteps(layer) ||
    denseOf(layer) !== null;
  return isStepwise ? null : 'stands between the recurrent layers and the scores';
}

/** The mean over the axis of time, which is the middle one unless the layer says otherwise. */
const isMeanOverSteps = ({ className, config }: TopologyLayer): boolean =>
  className === 'GlobalAveragePooling1D' && (configValue(config, 'data_format') ?? 'channels_last') === 'channels_last';

function operationOf(layer: TopologyLayer): string {
  const activation = activationOf(layer);
  const operation = layer.className === 'TimeDistributed' && denseOf(layer) ? 'TimeDistributed Dense' : layer.className;
  return activation === 'linear' || layer.className === 'Softmax' ? operation : `${operation} ${activation}`;
}
