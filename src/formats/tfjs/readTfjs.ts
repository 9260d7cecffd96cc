import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Checkpoint, RecurrentLayer } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import { isJsonObject, type JsonObject } from '../jsonObject';
import type { TfjsProgram } from '../loadedCheckpoint';
import { configFlag } from './configValue';
import { surroundingsOf } from './dataFlow';
import { modelInput } from './modelInput';
import { notesOn } from './notes';
import { packWeights } from './packWeights';
import { readReadout } from './readout';
import { readRecurrentUnit, recurrentUnit } from './recurrentLayers';
import { denseOf, layerShapes } from './shapes';
import { readWeights, type ReadSideFile } from './storedWeights';
import { readTopology, type Topology } from './topology';
import { weightsByLayer, type WeightsByLayer } from './weightsByLayer';

/**
 * Reads a TensorFlow.js layers-model: the JSON file and, through `readSideFile`, the weight shards it names (paths relative
 * to its folder; never outside of it).
 *
 * @throws Problem when it is not a layers-model, has no recurrent layer, or its weights are missing, short or misshapen.
 */
export async function readTfjs(
  bytes: Uint8Array,
  fileName: string,
  readSideFile: ReadSideFile,
): Promise<{ checkpoint: Checkpoint; program: TfjsProgram }> {
  const file = basename(fileName);
  const model = parseModel(bytes, file);
  const topology = readTopology(model.topology, file);
  const units = topology.layers.map(recurrentUnit).filter((unit) => unit !== null);
  if (units.length === 0) {
    const classes = [...new Set(topology.layers.map(({ className }) => className))].join(', ');
    throw new Problem(
      `${file} has no SimpleRNN, GRU or LSTM layer (it has ${classes}), so there is nothing recurrent to analyze.`,
    );
  }
  const stored = await readWeights(model.manifest, file, readSideFile);
  const weights = weightsByLayer(stored, file);
  const layers: RecurrentLayer[] = [];
  const taps: TfjsProgram['taps'][number][] = [];
  const places = new Map<string, readonly number[]>();
  for (const unit of units) {
    const read = readRecurrentUnit(unit, weights, surroundingsOf(unit, topology, places, weights), file);
    places.set(
      unit.layer.name,
      read.map((_, k) => layers.length + k),
    );
    layers.push(...read);
    for (const part of unit.parts) taps.push({ layer: unit.layer.name, part });
  }
  const shapes = layerShapes(topology);
  const found = readReadout(topology, places, weights, shapes, file);
  nameFrontEndWeights(topology, weights);
  const checkpoint: Checkpoint = {
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    format: 'tfjs-layers',
    parameters: stored.reduce((total, { values }) => total + values.length, 0),
    layers,
    readout: found?.readout ?? null,
    inputs: topology.inputs.map((name) => modelInput(name, topology)),
    outputs: topology.outputs.map((name) => ({ name, shape: shapes.get(name) ?? [] })),
    notes: notesOn(topology, units),
  };
  const program: TfjsProgram = {
    kind: 'tfjs',
    modelTopology: model.topology,
    ...packWeights(stored, weights),
    taps,
    scores: found?.scores ?? null,
  };
  return { checkpoint, program };
}

/** The two parts of a layers-model file, the topology being an object and the manifest anything. */
export function parseModel(bytes: Uint8Array, file: string): { topology: JsonObject; manifest: unknown } {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Problem(
      `${file} is not valid JSON: it may be cut off or not a TensorFlow.js model; download or export it again.`,
      { cause: error },
    );
  }
  const notAModel =
    'a TensorFlow.js layers-model has "modelTopology" and "weightsManifest"; write one with model.save() or tensorflowjs_converter.';
  if (!isJsonObject(json)) throw new Problem(`${file} is JSON but not a model: ${notAModel}`);
  const topology = json['modelTopology'];
  if (json['format'] === 'graph-model' || (isJsonObject(topology) && Array.isArray(topology['node']))) {
    throw new Problem(
      `${file} is a TensorFlow.js graph-model, in which layers can no longer be told apart; convert the Keras model with --output_format=tfjs_layers_model.`,
    );
  }
  const entries = Object.values(json);
  if (
    topology === undefined &&
    entries.length > 0 &&
    entries.every((entry) => isJsonObject(entry) && 'filename' in entry && 'shape' in entry)
  ) {
    throw new Problem(
      `${file} is a deeplearn.js manifest of bare variables (as old ml5.js models are); it names no layers, so it cannot be analyzed: ${notAModel}`,
    );
  }
  if (!isJsonObject(topology)) throw new Problem(`${file} is JSON but not a model: ${notAModel}`);
  return { topology, manifest: json['weightsManifest'] };
}

/** The weights of layers in front of the recurrence and behind it are looked up too, so that TensorFlow.js finds them by its own names. */
function nameFrontEndWeights(topology: Topology, weights: WeightsByLayer): void {
  for (const layer of topology.layers) {
    const dense = denseOf(layer);
    if (layer.className === 'Embedding') weights.find(layer.name, 'whole', 'embeddings', [null, null]);
    if (!dense) continue;
    const kernel = weights.find(layer.name, 'whole', 'kernel', [null, null]);
    if (configFlag(dense.config, 'use_bias', true))
      weights.find(layer.name, 'whole', 'bias', [kernel.shape[1] ?? null]);
  }
}
