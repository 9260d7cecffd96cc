import type { LayerInput } from '../../core/checkpoint';
import { configActivation, configFlag } from './configValue';
import { recurrentUnit, type RecurrentUnit, type Surroundings } from './recurrentLayers';
import type { WeightsByLayer } from './weightsByLayer';
import type { Topology, TopologyLayer } from './topology';

/** Layers that pass their input on unchanged when a model runs rather than trains. */
const trainingOnly = new Set([
  'Dropout',
  'SpatialDropout1D',
  'GaussianNoise',
  'GaussianDropout',
  'AlphaDropout',
  'ActivityRegularization',
]);

/** Layers without weights; what stands in front of a recurrent layer is trained unless it is made of these only. */
const weightless = new Set([
  ...trainingOnly,
  'InputLayer',
  'Activation',
  'ReLU',
  'LeakyReLU',
  'ELU',
  'Softmax',
  'Masking',
  'Flatten',
  'Reshape',
  'Permute',
  'RepeatVector',
  'Concatenate',
  'Add',
  'Subtract',
  'Multiply',
  'Average',
  'Maximum',
  'Minimum',
  'Dot',
  'MaxPooling1D',
  'AveragePooling1D',
  'GlobalMaxPooling1D',
  'GlobalAveragePooling1D',
  'UpSampling1D',
  'ZeroPadding1D',
  'Cropping1D',
]);

const trainedLayers = (className: string): boolean => !weightless.has(className);

/** Whether a layer passes its input on unchanged. */
export function isTransparent({ className, config }: TopologyLayer): boolean {
  return (
    trainingOnly.has(className) ||
    (className === 'Activation' && configActivation(config, 'activation', 'linear') === 'linear')
  );
}

/** Where each recurrent unit's layers stand in the checkpoint: a bidirectional unit takes two places. */
export type Places = ReadonlyMap<string, readonly number[]>;

/** What a recurrent unit reads, how it starts, and whether something around it changes what its steps mean. */
export function surroundingsOf(
  unit: RecurrentUnit,
  topology: Topology,
  places: Places,
  weights: WeightsByLayer,
): Surroundings {
  const given = unit.layer.inputs.length > 1;
  return {
    input: inputOf(unit, topology, places, weights),
    initialState: given ? 'unknown' : 'zero',
    withheld:
      unit.layer.calls > 1
        ? 'The model calls this layer more than once, which is not supported yet.'
        : given
          ? 'The layer starts from states that other layers give, which is not supported yet.'
          : withheldByMask(unit, topology),
  };
}

function inputOf({ layer }: RecurrentUnit, topology: Topology, places: Places, weights: WeightsByLayer): LayerInput {
  const source = sourceOf(layer, topology);
  if (!source) return { kind: 'frontEnd', description: 'a state, or a layer that is called twice', trained: true };
  if (source.className === 'InputLayer') return { kind: 'model', input: source.name };
  const unit = recurrentUnit(source);
  const layers = places.get(source.name);
  const plain =
    unit !== null &&
    unit.returnsSequences &&
    !unit.reversedOutput &&
    (unit.mergeMode === null || unit.mergeMode === 'concat');
  if (plain && layers) return { kind: 'layers', layers };
  const trained = [source, ...ancestorsOf(source, topology)].some(({ className }) => !weightless.has(className));
  const isFed = ancestorsOf(source, topology).every(({ className }) => !trainedLayers(className));
  const isTable = source.className === 'Embedding' && source.calls <= 1 && !source.readsOther && isFed;
  const table = isTable ? weights.find(source.name, 'whole', 'embeddings', [null, null]) : null;
  const [rows = 0, columns = 0] = table?.shape ?? [];
  return {
    ...{ kind: 'frontEnd', description: `${source.name} (${source.className})`, trained },
    ...(table && { embedding: { rows, columns, values: Float32Array.from(table.values), tensor: table.name } }),
  };
}

/** The layer that a layer reads, transparent ones left out; null where it reads something else than its whole output. */
function sourceOf({ inputs, readsOther }: TopologyLayer, topology: Topology): TopologyLayer | null {
  const layer = topology.layers.find(({ name }) => name === inputs[0]);
  if (!layer || readsOther) return null;
  return isTransparent(layer) ? sourceOf(layer, topology) : layer;
}

/** Everything that a layer's output depends on, itself not included. */
export function ancestorsOf(layer: TopologyLayer, topology: Topology): TopologyLayer[] {
  const names = new Set(layer.inputs);
  // The layers are in the order of the data flow, so one pass from the end to the start meets every ancestor.
  for (const candidate of [...topology.layers].reverse())
    if (names.has(candidate.name)) candidate.inputs.forEach((name) => names.add(name));
  return topology.layers.filter(({ name }) => names.has(name));
}

function withheldByMask({ layer }: RecurrentUnit, topology: Topology): string | null {
  const mask = ancestorsOf(layer, topology).find(
    ({ className, config }) =>
      className === 'Masking' || (className === 'Embedding' && configFlag(config, 'mask_zero', false)),
  );
  return mask ? `Steps masked by ${mask.name} (${mask.className}) are left out, which is not supported yet.` : null;
}
