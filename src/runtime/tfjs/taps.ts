import type { serialization } from '@tensorflow/tfjs-core';
import type { layers as tfLayers, LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { TfjsProgram } from '../../formats/loadedCheckpoint';
import type { TensorFlow } from './loadTfjsModel';
import type { ScoresLayer } from './scoresLayer';

type Layer = tfLayers.Layer;
type Config = serialization.ConfigDict;

/** Where one direction of a recurrent layer can be watched in the TensorFlow.js model. */
export interface LayerTap {
  /** What the layer reads, [batch, steps, input]. */
  readonly input: SymbolicTensor;
  /** Hidden states, [batch, steps, width] or, of the last step only, [batch, width]. */
  readonly output: SymbolicTensor;
  /** Which part of a Bidirectional's concatenated states it is. */
  readonly part: TfjsProgram['taps'][number]['part'];
  /** Whether the states come out last step first. */
  readonly reversed: boolean;
  /** A copy of the layer made for watching, to be disposed; null when the layer itself is watched. */
  readonly clone: Layer | null;
}

/**
 * A recurrent layer is watched as it is. Only a Bidirectional that adds, multiplies or averages its halves is copied, with
 * the same weights and its halves side by side, because their states cannot be told apart in the sum.
 */
export function tapLayer(tf: TensorFlow, model: LayersModel, name: string, part: LayerTap['part']): LayerTap | null {
  const layer = model.getLayer(name);
  if (layer.inboundNodes.length !== 1) return null;
  const input = first(layer.input);
  const config: Config = layer.getConfig();
  const merged = part !== 'whole' && config['mergeMode'] !== 'concat';
  const clone = merged ? copyOf(tf, layer, { ...config, mergeMode: 'concat' }, `${name}_${part}_watched`) : null;
  const output = clone ? watch(tf, layer, clone, input) : first(layer.output);
  const reversed = part === 'whole' && config['goBackwards'] === true && config['returnSequences'] === true;
  return { input, output, part, reversed, clone };
}

export interface ScoresTap {
  readonly tensor: SymbolicTensor;
  readonly clone: Layer | null;
}

/** The scores before a final softmax or sigmoid, which is left out by copying the layer that applies it. */
export function tapScores(
  tf: TensorFlow,
  model: LayersModel,
  { layer: name, finalActivation }: ScoresLayer,
): ScoresTap | null {
  const layer = model.getLayer(name);
  if (layer.inboundNodes.length !== 1) return null;
  if (finalActivation === 'none') return { tensor: first(layer.output), clone: null };
  const input = first(layer.input);
  const className = layer.getClassName();
  if (className === 'Activation' || className === 'Softmax') return { tensor: input, clone: null };
  const clone = copyOf(tf, layer, withoutActivation(layer.getConfig()), `${name}_scores_watched`);
  return { tensor: watch(tf, layer, clone, input), clone };
}

function withoutActivation(config: Config): Config {
  const inner = config['layer'];
  if (!isConfig(inner) || !isConfig(inner['config'])) return { ...config, activation: 'linear' };
  return { ...config, layer: { ...inner, config: { ...inner['config'], activation: 'linear' } } };
}

function isConfig(value: serialization.ConfigDictValue | undefined): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function copyOf({ core, layers }: TensorFlow, layer: Layer, config: Config, name: string): Layer {
  const known = core.serialization.SerializationMap.getMap().classNameMap[layer.getClassName()];
  if (!known) throw new Error(`TensorFlow.js does not know its own layer ${layer.getClassName()}.`);
  const [constructor, fromConfig] = known;
  const copy: unknown = fromConfig(constructor, withName(config, name));
  if (!(copy instanceof layers.layers.Layer)) throw new Error(`TensorFlow.js made no layer of ${layer.name}.`);
  return copy;
}

/** A copy may not be called like the original in the same model, and must not bring an input of its own. */
function withName(config: Config, name: string): Config {
  const { batchInputShape: _, ...rest } = config;
  return { ...rest, name };
}

function watch({ layers }: TensorFlow, original: Layer, clone: Layer, input: SymbolicTensor): SymbolicTensor {
  const output = clone.apply(input);
  const weights = original.getWeights();
  if (weights.length > 0) clone.setWeights(weights);
  const tensor = Array.isArray(output) ? output[0] : output;
  if (!(tensor instanceof layers.SymbolicTensor))
    throw new Error(`TensorFlow.js gave no symbolic output for ${clone.name}.`);
  return tensor;
}

function first(tensors: SymbolicTensor | SymbolicTensor[]): SymbolicTensor {
  const tensor = Array.isArray(tensors) ? tensors[0] : tensors;
  if (!tensor) throw new Error('TensorFlow.js gave a layer without an input or an output.');
  return tensor;
}
