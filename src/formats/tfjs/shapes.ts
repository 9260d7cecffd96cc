import { isJsonObject } from '../jsonObject';
import { configShape, configText, configValue, isCount } from './configValue';
import { isTransparent } from './dataFlow';
import { recurrentUnit } from './recurrentLayers';
import type { Topology, TopologyLayer } from './topology';

export type Shape = readonly (number | null)[];

/** The output shape of every layer, batch axis first; a layer that is not understood has none. */
export function layerShapes(topology: Topology): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const layer of topology.layers) {
    const shape = shapeOf(layer, shapes.get(layer.inputs[0] ?? '') ?? null);
    if (shape) shapes.set(layer.name, shape);
  }
  return shapes;
}

function shapeOf(layer: TopologyLayer, input: Shape | null): Shape | null {
  const { className, config } = layer;
  if (className === 'InputLayer') return configShape(config, 'batch_input_shape');
  if (!input) return null;
  const unit = recurrentUnit(layer);
  if (unit) {
    const units = countOf(configValue(unit.config, 'units'));
    const width = units !== null && unit.mergeMode === 'concat' ? 2 * units : units;
    return unit.returnsSequences ? [...input.slice(0, 2), width] : [input[0] ?? null, width];
  }
  if (isTransparent(layer) || keepsShape.has(className)) return input;
  if (className === 'GlobalAveragePooling1D') return input.length === 3 ? [input[0]!, input[2]!] : null;
  if (className === 'Embedding') return [...input, countOf(configValue(config, 'output_dim'))];
  const dense = denseOf(layer);
  if (dense) return [...input.slice(0, -1), countOf(configValue(dense.config, 'units'))];
  return null;
}

const keepsShape = new Set(['Activation', 'Softmax', 'Masking', 'BatchNormalization', 'LeakyReLU', 'ReLU']);

/** The Dense layer that a layer is, itself or inside a TimeDistributed wrapper; null when it is none. */
export function denseOf({
  className,
  config,
}: Pick<TopologyLayer, 'className' | 'config'>): Pick<TopologyLayer, 'config'> | null {
  if (className === 'Dense') return { config };
  if (className !== 'TimeDistributed') return null;
  const inner = configValue(config, 'layer');
  const innerConfig =
    isJsonObject(inner) && configText(inner, 'class_name') === 'Dense' ? configValue(inner, 'config') : null;
  return isJsonObject(innerConfig) ? { config: innerConfig } : null;
}

const countOf = (value: unknown): number | null => (isCount(value) ? value : null);
