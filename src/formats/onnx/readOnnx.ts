import type { Network } from '../../core/cells/network';
import type { Checkpoint } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import type { OnnxProgram } from '../loadedCheckpoint';
import { constantsOf, type Constants } from './constants';
import { followGraph } from './followGraph';
import type { FollowedGraph } from './followGraph';
import type { OnnxGraph, OnnxModel } from './model';
import { modelInputs } from './modelInputs';
import { networkKey, parseNetwork } from './networkMetadata';
import { readOwnNetwork } from './readOwnNetwork';
import { isRecurrentOperator } from './recurrentOperator';
import { readModel } from './readModel';
import { findReadout, scoreTensors } from './readout';
import { floatTypes, sizeOf } from './tensorNumbers';
import type { ReadExternalData } from './tensorNumbers';

/** What an ONNX file says, but for its hash and its place on disk. */
export interface ReadOnnx {
  readonly checkpoint: Omit<Checkpoint, 'sha256'>;
  readonly program: Omit<OnnxProgram, 'path' | 'bytes'>;
}

/**
 * Reads the recurrent layers, the readout and the inputs of an ONNX model. Only the tensors of recurrent layers and
 * readouts are decoded. Throws a Problem when the file is damaged, is no ONNX model, or holds no recurrent layer.
 */
export function readOnnx(bytes: Uint8Array, file: string, readExternal: ReadExternalData): ReadOnnx {
  const model = readModel(bytes, file);
  const constants = constantsOf(file, readExternal);
  const own = describedNetwork(model);
  const graph = followGraph(model, constants);
  if (own && typeof own !== 'string') return readDescribed(own, model, graph, constants);
  const notes = [...(own === null ? [] : [own]), ...graph.notes, ...notUnderstood(graph, model)];
  if (graph.layers.length === 0)
    throw new Problem(own === null ? noLayer(graph, model.graph, file) : `${file}: ${own}`);
  const readout = findReadout(graph, model.graph.outputs, constants, file);
  if (readout === null)
    notes.push('No scores were found: no output of the model is computed from a hidden state that could be followed.');
  for (const { name, withheld } of graph.layers) {
    if (withheld !== null) notes.push(`The layer "${name}" is listed but neither run nor bounded. ${withheld}`);
  }
  const scores = scoreTensors(graph, model.graph.outputs);
  return {
    checkpoint: {
      file,
      format: 'onnx',
      parameters: countParameters(model.graph),
      layers: graph.layers,
      readout,
      inputs: modelInputs(model, graph.arrivals),
      outputs: modelOutputs(model),
      notes,
    },
    program: {
      kind: 'onnx',
      taps: graph.taps,
      scores: scores.find(({ output }) => output === readout?.output)?.tensor ?? null,
      scoreTensors: scores,
    },
  };
}

/** The network that a file says it is; why that cannot be read, in sentences; null when it says nothing of the kind. */
function describedNetwork({ metadata }: OnnxModel): Network | string | null {
  const text = metadata.get(networkKey);
  if (text === undefined) return null;
  try {
    return parseNetwork(text);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return `What the file says under "${networkKey}" about the network in it cannot be used. ${error.message}`;
  }
}

function readDescribed(network: Network, model: OnnxModel, graph: FollowedGraph, constants: Constants): ReadOnnx {
  const { program, notes, ...own } = readOwnNetwork(network, model, constants);
  const others = graph.layers.map(({ name }) => `"${name}"`);
  return {
    checkpoint: {
      ...{ file: model.file, format: 'onnx', ...own, outputs: modelOutputs(model) },
      notes: [
        ...notes,
        ...(others.length === 0
          ? []
          : [
              `The file holds recurrent layers that its description does not name; they are not analyzed: ${others.join(', ')}.`,
            ]),
      ],
    },
    program: { kind: 'onnx', ...program, described: network },
  };
}

const modelOutputs = ({ graph }: OnnxModel): Checkpoint['outputs'] =>
  graph.outputs.map(({ name, shape }) => ({
    name,
    shape: (shape ?? []).map((size) => (typeof size === 'number' ? size : null)),
  }));

/**
 * How many floating numbers the file stores for computing: those of every initializer and of every Constant node that
 * holds more than one of them, subgraphs included. A tensor that two nodes share counts once, a single number in a
 * Constant node (an epsilon, an exponent) does not, and integers (shapes, axes, quantized weights) do not.
 */
export function countParameters(graph: OnnxGraph): number {
  let count = 0;
  for (const { dataType, dims } of graph.initializers.values()) if (floatTypes.has(dataType)) count += sizeOf(dims);
  for (const node of graph.nodes) {
    const constant = node.operator === 'Constant' ? node.attributes.get('value')?.tensor : null;
    if (constant && floatTypes.has(constant.dataType) && sizeOf(constant.dims) > 1) count += sizeOf(constant.dims);
    for (const attribute of node.attributes.values())
      for (const inner of attribute.graphs) count += countParameters(inner);
  }
  return count;
}

function notUnderstood(graph: FollowedGraph, model: OnnxModel): string[] {
  const notes: string[] = [];
  for (const operator of ['Loop', 'Scan']) {
    const names = graph.loops.filter((loop) => loop.operator === operator).map(({ name }) => `"${name}"`);
    if (names.length > 0) notes.push(`${loopSentence(operator, names)}.`);
  }
  for (const reason of graph.unreadable) notes.push(`A recurrent layer is not listed: ${reason}.`);
  for (const told of foreignCells(model.graph)) notes.push(`${told} was not recognised as a recurrent cell.`);
  const sparse = model.graph.sparseInitializers.map((name) => `"${name}"`);
  if (sparse.length > 0) notes.push(`Sparse tensors are not read: ${sparse.join(', ')}.`);
  return notes;
}

/** The nodes whose operators look like recurrent cells and are none of the standard, such as DynamicQuantizeLSTM. */
function foreignCells({ nodes }: OnnxGraph): string[] {
  return nodes.flatMap((node) => {
    const inner = [...node.attributes.values()].flatMap(({ graphs }) => graphs.flatMap(foreignCells));
    if (isRecurrentOperator(node) || !/lstm|gru|rnn/i.test(node.operator)) return inner;
    const from = node.domain === '' ? '' : ` of ${node.domain}`;
    return [`The node "${node.name}" (${node.operator}${from})`, ...inner];
  });
}

function loopSentence(operator: string, names: readonly string[]): string {
  const [many, were] = names.length === 1 ? ['node', 'was'] : ['nodes', 'were'];
  const asCells = names.length === 1 ? 'as a recurrent cell' : 'as recurrent cells';
  return `${names.length} ${operator} ${many} ${were} not recognised ${asCells} (${names.join(', ')})`;
}

function noLayer(graph: FollowedGraph, whole: OnnxGraph, file: string): string {
  const foreign = foreignCells(whole);
  if (foreign.length > 0 && graph.unreadable.length === 0) {
    const [is, an] = foreign.length === 1 ? ['is', 'an operator'] : ['are', 'operators'];
    const names = foreign.map((told) => told.replace(/^The/, 'the')).join(', ');
    return `${file} has no recurrent layer that can be read: ${names} ${is} no RNN, GRU or LSTM but ${an} that a runtime adds or quantization makes. Export the model without that operator, before quantization.`;
  }
  const loops = ['Loop', 'Scan'].flatMap((operator) => {
    const names = graph.loops.filter((loop) => loop.operator === operator).map(({ name }) => `"${name}"`);
    return names.length > 0 ? [loopSentence(operator, names)] : [];
  });
  const reasons = [...graph.unreadable, ...loops];
  if (reasons.length === 0) {
    const functions = graph.notes.length > 0 ? ` ${graph.notes.join(' ')}` : '';
    return `${file} has no recurrent layer: none of its nodes is an RNN, GRU or LSTM operator; choose a recurrent network, or export the whole layer in place of a cell that is called step by step.${functions}`;
  }
  return `${file} has no recurrent layer that can be read: ${reasons.join('; ')}. Export it with the weights in the file, as RNN, GRU or LSTM operators.`;
}
