import type { LoadedCheckpoint } from '../loadedCheckpoint';
import { numberTypes, type NumberType } from '../storedNumber';
import type { StoredTensor, WeightStore } from '../weightStore';
import { isRecurrentOperator } from './recurrentOperator';
import type { OnnxGraph, OnnxNode, OnnxTensor } from './model';
import { readModel } from './readModel';
import { readOnnx } from './readOnnx';
import { sizeOf } from './tensorNumbers';
import type { ReadExternalData } from './tensorNumbers';

/** The weights of an ONNX file: the floating numbers of its initializers and Constant nodes, where they stand in its bytes. */
export function onnxWeights({ checkpoint, program }: LoadedCheckpoint, readExternal: ReadExternalData): WeightStore {
  if (program.kind !== 'onnx') throw new Error('onnxWeights was given a checkpoint of another format.');
  const { file, readout } = checkpoint;
  const { bytes } = program;
  const { graph } = readModel(bytes, file);
  const held = heldTensors(graph);
  // Only what Recurscope has written is known to be read by nobody else.
  const readers = program.described ? null : readersOf(graph);
  const inReadout = new Set(readout?.chain.map(({ name }) => name));
  const tables = new Set(
    checkpoint.layers.flatMap(({ input }) => (input.kind === 'frontEnd' && input.embedding?.tensor) || []),
  );
  return {
    buffers: [bytes],
    tensors: held.flatMap((tensor) => storedTensor(tensor, bytes) ?? []),
    read: (buffers) => Promise.resolve(readOnnx(buffers[0]!, file, readExternal).checkpoint),
    files: (buffers) => [{ path: file, bytes: buffers[0]! }],
    whyNotStored(name) {
      const tensor = held.find((candidate) => candidate.name === name);
      if (tensor?.external) return `its numbers stand in the file "${tensor.external.location}" beside the model`;
      if (tensor && types[tensor.dataType] && !storedTensor(tensor, bytes)) return 'its numbers are stored in a form that cannot be replaced in place'; // prettier-ignore
      return 'its numbers do not stand in the file as they are used, but are computed from others (quantized, scaled, normalized or added)';
    },
    otherReader(name) {
      const others = readers?.(name).filter((node) => !isRecurrentOperator(node) && !inReadout.has(node.name)) ?? [];
      // The layers read rows of a table by way of the one Gather that reads it.
      const lookUps = tables.has(name) ? others.filter(({ operator }) => operator === 'Gather') : [];
      const other = others.find((node) => lookUps.length !== 1 || node !== lookUps[0]);
      return other ? `${other.operator} "${other.name}"` : null;
    },
  };
}

/** Every tensor that a file holds for computing, those of subgraphs included; a Constant under the name of its output. */
function heldTensors(graph: OnnxGraph): readonly OnnxTensor[] {
  const inner = graph.nodes.flatMap((node) => {
    const constant = node.operator === 'Constant' ? node.attributes.get('value')?.tensor : null;
    const subgraphs = [...node.attributes.values()].flatMap(({ graphs }) => graphs.flatMap(heldTensors));
    return constant ? [{ ...constant, name: node.outputs[0] ?? constant.name }, ...subgraphs] : subgraphs;
  });
  return [...graph.initializers.values(), ...inner];
}

const types: Readonly<Record<number, NumberType>> = { 1: 'float32', 10: 'float16', 11: 'float64', 16: 'bfloat16' };

/** null for a tensor that holds no floating numbers, holds them elsewhere, or as numbers of varying length. */
function storedTensor(
  { name, dataType, dims, raw, packed, external }: OnnxTensor,
  file: Uint8Array,
): StoredTensor | null {
  const type = types[dataType];
  if (type === undefined || external !== null) return null;
  const each = numberTypes[type].bytes;
  let left = sizeOf(dims);
  // Half-precision numbers outside of raw_data are varints.
  const parts = raw ? [raw] : each === 2 ? [] : packed;
  const chunks = parts.map((part) => {
    const numbers = Math.min(left, Math.floor(part.length / each));
    left -= numbers;
    return { buffer: 0, at: part.byteOffset - file.byteOffset, numbers };
  });
  const areWhole = raw !== null || parts.every((part) => part.length % each === 0);
  return left === 0 && areWhole ? { name, type, chunks } : null;
}

/** Operators that hand the numbers of a weight on to whoever reads it. */
const handsOn = new Set([
  'Identity',
  'Unsqueeze',
  'Squeeze',
  'Reshape',
  'Flatten',
  'Transpose',
  'Concat',
  'Slice',
  'Cast',
]);

/** For a tensor, the nodes in which its numbers arrive in the end. */
function readersOf(graph: OnnxGraph): (tensor: string) => readonly OnnxNode[] {
  const direct = new Map<string, OnnxNode[]>();
  const visit = ({ nodes }: OnnxGraph): void => {
    for (const node of nodes) {
      for (const input of new Set(node.inputs)) {
        const known = direct.get(input);
        if (known) known.push(node);
        else direct.set(input, [node]);
      }
      for (const { graphs } of node.attributes.values()) graphs.forEach(visit);
    }
  };
  visit(graph);
  return (tensor) => {
    const found = new Set<OnnxNode>();
    const seen = new Set<string>();
    const follow = (name: string): void => {
      if (name === '' || seen.has(name)) return;
      seen.add(name);
      for (const node of direct.get(name) ?? []) {
        if (node.domain === '' && handsOn.has(node.operator)) node.outputs.forEach(follow);
        else found.add(node);
      }
    };
    follow(tensor);
    return [...found];
  };
}
