import { Problem } from '../../core/problem';
import { isJsonObject, type JsonObject } from '../jsonObject';
import { configShape, configText, configValue } from './configValue';

/** One layer of a layers-model and the layers it reads. */
export interface TopologyLayer {
  readonly name: string;
  readonly className: string;
  readonly config: JsonObject;
  /** Names of the layers it reads, in the order of its arguments; empty for an input. */
  readonly inputs: readonly string[];
  /** How often the model calls it; a layer called twice shares its weights between two places. */
  readonly calls: number;
  /**
   * Whether it reads something else than the first tensor that a layer gives when it is called first: a state of a recurrent
   * layer, or what a layer gives when it is called again.
   */
  readonly readsOther: boolean;
}

/** A layers-model as a graph of named layers, in the order of the data flow. */
export interface Topology {
  readonly layers: readonly TopologyLayer[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Those of the outputs that are not the first tensor of the layer's first call. */
  readonly otherOutputs: readonly string[];
}

/**
 * Reads `modelTopology` as Keras 2 and TensorFlow.js write it: the model itself, or wrapped in `model_config`; a
 * Sequential whose config is a list or holds one; or a functional Model. A Sequential without an input layer gets the one
 * that TensorFlow.js would add, so that every topology reads the same.
 *
 * @throws Problem when it is not a layers-model, is a Keras 3 model, or contradicts itself.
 */
export function readTopology(modelTopology: unknown, fileName: string): Topology {
  const wrapped = isJsonObject(modelTopology) ? (configValue(modelTopology, 'model_config') ?? modelTopology) : null;
  if (!isJsonObject(wrapped))
    throw new Problem(`${fileName} has a modelTopology that is not an object, so it is not a model.`);
  refuseKeras3(modelTopology, wrapped, fileName);
  const className = configText(wrapped, 'class_name');
  const config = configValue(wrapped, 'config');
  if (className === 'Sequential') return sequential(config, fileName);
  if ((className === 'Model' || className === 'Functional') && isJsonObject(config))
    return functional(config, fileName);
  throw new Problem(
    `${fileName} describes a ${className ?? 'model without a class name'}; only Sequential and functional Models of Keras 2 or TensorFlow.js can be read.`,
  );
}

/** Keras 3 states its version; where a tool has left that out, its input layers still say `batch_shape`. */
function refuseKeras3(topology: unknown, model: JsonObject, fileName: string): void {
  const versions = [topology, model].map((object) =>
    isJsonObject(object) ? configText(object, 'keras_version') : null,
  );
  const version = versions.find((text) => text !== null) ?? null;
  const config = configValue(model, 'config');
  const list = isJsonObject(config) ? configValue(config, 'layers') : null;
  const first: unknown = Array.isArray(list) ? list[0] : null;
  const options = isJsonObject(first) ? configValue(first, 'config') : null;
  const newInput = isJsonObject(options) && configValue(options, 'batch_shape') !== undefined;
  if (!newInput && (version === null || !/^[3-9]\./.test(version))) return;
  throw new Problem(
    `${fileName} was written by Keras 3${version ? ` (${version})` : ''}, which TensorFlow.js cannot load; save the model again with Keras 2 (pip install tf_keras, TF_USE_LEGACY_KERAS=1) and convert it.`,
  );
}

function sequential(config: unknown, fileName: string): Topology {
  const list = Array.isArray(config) ? config : isJsonObject(config) ? configValue(config, 'layers') : null;
  if (!Array.isArray(list) || list.length === 0) throw new Problem(`${fileName} is a Sequential model without layers.`);
  const layers: TopologyLayer[] = [];
  for (const entry of list) {
    const { name, className, config: options } = layerEntry(entry, fileName);
    const previous = layers.at(-1);
    if (!previous && className !== 'InputLayer') {
      const shape = configShape(options, 'batch_input_shape');
      const input = { batch_input_shape: shape, dtype: configText(options, 'dtype') ?? 'float32' };
      layers.push({
        name: `${name}_input`,
        className: 'InputLayer',
        config: input,
        inputs: [],
        calls: 1,
        readsOther: false,
      });
    }
    const before = layers.at(-1);
    const inputs = before ? [before.name] : [];
    layers.push({ name, className, config: options, inputs, calls: 1, readsOther: false });
  }
  refuseDuplicates(layers, fileName);
  return { layers, inputs: [layers[0]!.name], outputs: [layers.at(-1)!.name], otherOutputs: [] };
}

function functional(config: JsonObject, fileName: string): Topology {
  const list = configValue(config, 'layers');
  if (!Array.isArray(list) || list.length === 0) throw new Problem(`${fileName} is a functional model without layers.`);
  const layers = list.map((entry): TopologyLayer => {
    const { name, className, config: options, entry: whole } = layerEntry(entry, fileName);
    const nodes = configValue(whole, 'inbound_nodes');
    const calls = Array.isArray(nodes) ? nodes : [];
    const read = nodeReferences(calls[0]);
    return {
      name,
      className,
      config: options,
      inputs: read.map(({ name: from }) => from),
      calls: Math.max(1, calls.length),
      readsOther: read.some(({ isFirst }) => !isFirst),
    };
  });
  refuseDuplicates(layers, fileName);
  const inputs = nodeReferences(configValue(config, 'input_layers')).map(({ name }) => name);
  const references = nodeReferences(configValue(config, 'output_layers'));
  const outputs = references.map(({ name }) => name);
  const otherOutputs = references.filter(({ isFirst }) => !isFirst).map(({ name }) => name);
  const known = new Set(layers.map(({ name }) => name));
  for (const name of [...inputs, ...outputs, ...layers.flatMap((layer) => layer.inputs)]) {
    if (!known.has(name)) throw new Problem(`${fileName} refers to a layer named ${name} that it does not hold.`);
  }
  if (inputs.length === 0 || outputs.length === 0) throw new Problem(`${fileName} names no input or no output layer.`);
  return { layers: inDataFlowOrder(layers, fileName), inputs, outputs, otherOutputs };
}

function layerEntry(
  entry: unknown,
  fileName: string,
): { name: string; className: string; config: JsonObject; entry: JsonObject } {
  const config = isJsonObject(entry) ? configValue(entry, 'config') : null;
  const className = isJsonObject(entry) ? configText(entry, 'class_name') : null;
  if (!isJsonObject(entry) || className === null) throw new Problem(`${fileName} lists a layer without a class name.`);
  if (!isJsonObject(config)) {
    // A model nested in a model may have a list for its config; it is kept, so that it can be named as not understood.
    return { name: configText(entry, 'name') ?? className, className, config: {}, entry };
  }
  const name = configText(entry, 'name') ?? configText(config, 'name');
  if (name === null || name === '') throw new Problem(`${fileName} lists a ${className} layer without a name.`);
  return { name, className, config, entry };
}

interface NodeReference {
  readonly name: string;
  /** Whether it is the first tensor of the layer's first call. */
  readonly isFirst: boolean;
}

/**
 * The layers in a list of node references: `[["a", 0, 0], ["b", 0, 0, {}]]`, or a single `["a", 0, 0]`; TensorFlow
 * also nests the call's keyword arguments, which may hold states: `["a", 0, 0, {initial_state: …}]`.
 */
function nodeReferences(reference: unknown): NodeReference[] {
  if (!Array.isArray(reference)) return isJsonObject(reference) ? Object.values(reference).flatMap(nodeReferences) : [];
  const parts: readonly unknown[] = reference;
  const [name, call, tensor, keywords] = parts;
  if (typeof name === 'string' && (parts.length === 1 || typeof call === 'number')) {
    const isFirst = (call ?? 0) === 0 && (tensor ?? 0) === 0;
    return [{ name, isFirst }, ...keywordReferences(keywords)];
  }
  return parts.flatMap(nodeReferences);
}

function keywordReferences(keywords: unknown): NodeReference[] {
  if (!isJsonObject(keywords)) return [];
  const state = configValue(keywords, 'initial_state');
  return state === undefined ? [] : nodeReferences(state);
}

function refuseDuplicates(layers: readonly TopologyLayer[], fileName: string): void {
  const seen = new Set<string>();
  for (const { name } of layers) {
    if (seen.has(name)) throw new Problem(`${fileName} holds two layers named ${name}.`);
    seen.add(name);
  }
}

/** Layers after everything they read, otherwise in the order of the file. */
function inDataFlowOrder(layers: readonly TopologyLayer[], fileName: string): TopologyLayer[] {
  const ordered = new Set<string>();
  const result: TopologyLayer[] = [];
  let waiting = layers;
  while (waiting.length > 0) {
    const later: TopologyLayer[] = [];
    for (const layer of waiting) {
      if (layer.inputs.every((name) => ordered.has(name))) {
        ordered.add(layer.name);
        result.push(layer);
      } else later.push(layer);
    }
    if (later.length === waiting.length)
      throw new Problem(`${fileName} has layers that read each other in a circle: ${later[0]!.name}.`);
    waiting = later;
  }
  return result;
}
