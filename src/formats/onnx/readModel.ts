import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

import { Problem } from '../../core/problem';
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from './model';

/**
 * Walks the wire format of an ONNX file. Tensors stay views of `bytes`, so the time depends on the number of nodes and
 * not on the size of the weights. Throws a Problem when the bytes are not a whole ONNX model.
 */
export function readModel(bytes: Uint8Array, file: string): OnnxModel {
  try {
    return readModelProto(bytes, file);
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    const at = error.at - bytes.byteOffset;
    const what = error.isCutOff ? `the field at byte ${at} is cut off` : `damaged at byte ${at}`;
    throw new Problem(
      `${file} is not a whole ONNX file (${what}): it may be truncated or of another kind; export or copy it again.`,
    );
  }
}

/** Subgraphs inside subgraphs; deeper files are refused so that a hostile one cannot exhaust the stack. */
const deepestNesting = 32;

function readModelProto(bytes: Uint8Array, file: string): OnnxModel {
  let irVersion = 0;
  let opset = 1;
  let functions = 0;
  let opsets = 0;
  // A message field that occurs twice is merged, by the rules of protobuf.
  const graphs: Uint8Array[] = [];
  const metadata = new Map<string, string>();
  eachField(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WireType.Varint) irVersion = readInteger(reader);
    else if (field === 7 && wire === WireType.LengthDelimited) graphs.push(reader.bytes());
    else if (field === 8 && wire === WireType.LengthDelimited) {
      const imported = readOpset(reader.bytes());
      opsets++;
      if (imported.domain === '' || imported.domain === 'ai.onnx') opset = imported.version;
    } else if (field === 14 && wire === WireType.LengthDelimited) {
      const [key, value] = readEntry(reader.bytes());
      metadata.set(key, value);
    } else if (field === 25 && wire === WireType.LengthDelimited) {
      functions++;
      reader.bytes();
    } else return false;
    return true;
  });
  if (graphs.length === 0 || (irVersion === 0 && opsets === 0)) {
    throw new Problem(
      `${file} is not an ONNX model: no graph was found in it; choose an .onnx file or export the model again.`,
    );
  }
  return { file, irVersion, opset, functions, graph: readGraph(graphs, 0, file), metadata };
}

function readGraph(parts: readonly Uint8Array[], depth: number, file: string): OnnxGraph {
  if (depth > deepestNesting) {
    throw new Problem(
      `${file} nests subgraphs more than ${deepestNesting} deep, which Recurscope does not read; simplify the model and export it again.`,
    );
  }
  let name = '';
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const sparseInitializers: string[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const values = new Map<string, OnnxValue>();
  for (const part of parts) {
    eachField(part, (field, wire, reader) => {
      if (wire !== WireType.LengthDelimited) return false;
      if (field === 1) nodes.push(readNode(reader.bytes(), nodes.length, depth, file));
      else if (field === 2) name = reader.string();
      else if (field === 5) {
        const tensor = readTensor(reader.bytes());
        initializers.set(tensor.name, tensor);
      } else if (field === 11) inputs.push(readValue(reader.bytes()));
      else if (field === 12) outputs.push(readValue(reader.bytes()));
      else if (field === 13) {
        const value = readValue(reader.bytes());
        values.set(value.name, value);
      } else if (field === 15) sparseInitializers.push(readSparseName(reader.bytes()));
      else return false;
      return true;
    });
  }
  return { name, nodes, initializers, sparseInitializers, inputs, outputs, values };
}

function readNode(bytes: Uint8Array, position: number, depth: number, file: string): OnnxNode {
  let name = '';
  let operator = '';
  let domain = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  eachField(bytes, (field, wire, reader) => {
    if (wire !== WireType.LengthDelimited) return false;
    if (field === 1) inputs.push(reader.string());
    else if (field === 2) outputs.push(reader.string());
    else if (field === 3) name = reader.string();
    else if (field === 4) operator = reader.string();
    else if (field === 5) {
      const [key, attribute] = readAttribute(reader.bytes(), depth, file);
      attributes.set(key, attribute);
    } else if (field === 7) domain = reader.string();
    else return false;
    return true;
  });
  if (domain === 'ai.onnx') domain = '';
  return { name: name || `${operator}_${position}`, operator, domain, inputs, outputs, attributes };
}

function readAttribute(bytes: Uint8Array, depth: number, file: string): [string, OnnxAttribute] {
  let name = '';
  let float: number | null = null;
  let int: number | null = null;
  let string: string | null = null;
  let tensor: OnnxTensor | null = null;
  const floats: number[] = [];
  const ints: number[] = [];
  const strings: string[] = [];
  const graphs: OnnxGraph[] = [];
  eachField(bytes, (field, wire, reader) => {
    const delimited = wire === WireType.LengthDelimited;
    if (field === 1 && delimited) name = reader.string();
    else if (field === 2 && wire === WireType.Bit32) float = reader.float();
    else if (field === 3 && wire === WireType.Varint) int = readInteger(reader);
    else if (field === 4 && delimited) string = reader.string();
    else if (field === 5 && delimited) tensor = readTensor(reader.bytes());
    else if ((field === 6 || field === 11) && delimited) graphs.push(readGraph([reader.bytes()], depth + 1, file));
    else if (field === 7 && wire === WireType.Bit32) floats.push(reader.float());
    else if (field === 7 && delimited) readPacked(reader.bytes(), (packed) => floats.push(packed.float()));
    else if (field === 8 && wire === WireType.Varint) ints.push(readInteger(reader));
    else if (field === 8 && delimited) readPacked(reader.bytes(), (packed) => ints.push(readInteger(packed)));
    else if (field === 9 && delimited) strings.push(reader.string());
    else return false;
    return true;
  });
  return [name, { float, int, string, tensor, floats, ints, strings, graphs }];
}

/** One TensorProto, as a view of its bytes. */
export function readTensor(bytes: Uint8Array): OnnxTensor {
  let name = '';
  let dataType = 0;
  let raw: Uint8Array | null = null;
  let isExternal = false;
  const dims: number[] = [];
  const packed: Uint8Array[] = [];
  const entries = new Map<string, string>();
  eachField(bytes, (field, wire, reader) => {
    const delimited = wire === WireType.LengthDelimited;
    if (field === 1 && wire === WireType.Varint) dims.push(readInteger(reader));
    else if (field === 1 && delimited) readPacked(reader.bytes(), (list) => dims.push(readInteger(list)));
    else if (field === 2 && wire === WireType.Varint) dataType = readInteger(reader);
    else if (field === 8 && delimited) name = reader.string();
    else if (field === 9 && delimited) raw = reader.bytes();
    else if (field === 4 || field === 5 || field === 7 || field === 10 || field === 11) {
      // A number on its own has the same bytes as in a packed list, so both are one list.
      packed.push(delimited ? reader.bytes() : reader.skip(wire, field));
    } else if (field === 13 && delimited) {
      const [key, value] = readEntry(reader.bytes());
      entries.set(key, value);
    } else if (field === 14 && wire === WireType.Varint) isExternal = readInteger(reader) === 1;
    else return false;
    return true;
  });
  const length = entries.get('length');
  const external = isExternal
    ? {
        location: entries.get('location') ?? '',
        offset: Number(entries.get('offset') ?? 0),
        length: length === undefined ? null : Number(length),
      }
    : null;
  return { name, dataType, dims, raw, packed, external };
}

function readValue(bytes: Uint8Array): OnnxValue {
  let name = '';
  let dataType = 0;
  let shape: (number | string | null)[] | null = null;
  eachField(bytes, (field, wire, reader) => {
    if (wire !== WireType.LengthDelimited) return false;
    if (field === 1) name = reader.string();
    else if (field === 2) {
      // TypeProto { tensor_type = 1 { elem_type = 1, shape = 2 { dim = 1 } } }
      eachField(reader.bytes(), (kind, kindWire, type) => {
        if (kind !== 1 || kindWire !== WireType.LengthDelimited) return false;
        eachField(type.bytes(), (part, partWire, tensor) => {
          if (part === 1 && partWire === WireType.Varint) dataType = readInteger(tensor);
          else if (part === 2 && partWire === WireType.LengthDelimited) shape = readShape(tensor.bytes());
          else return false;
          return true;
        });
        return true;
      });
    } else return false;
    return true;
  });
  return { name, dataType, shape };
}

function readShape(bytes: Uint8Array): (number | string | null)[] {
  const shape: (number | string | null)[] = [];
  eachField(bytes, (field, wire, reader) => {
    if (field !== 1 || wire !== WireType.LengthDelimited) return false;
    let size: number | string | null = null;
    eachField(reader.bytes(), (part, partWire, dimension) => {
      if (part === 1 && partWire === WireType.Varint) size = readInteger(dimension);
      else if (part === 2 && partWire === WireType.LengthDelimited) size = dimension.string() || null;
      else return false;
      return true;
    });
    // Exporters write −1 or 0 for a size they do not know.
    shape.push(typeof size === 'number' && size <= 0 ? null : size);
    return true;
  });
  return shape;
}

function readSparseName(bytes: Uint8Array): string {
  let name = '';
  eachField(bytes, (field, wire, reader) => {
    if (field !== 1 || wire !== WireType.LengthDelimited) return false;
    name = readTensor(reader.bytes()).name;
    return true;
  });
  return name;
}

function readOpset(bytes: Uint8Array): { domain: string; version: number } {
  let domain = '';
  let version = 1;
  eachField(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WireType.LengthDelimited) domain = reader.string();
    else if (field === 2 && wire === WireType.Varint) version = readInteger(reader);
    else return false;
    return true;
  });
  return { domain, version };
}

function readEntry(bytes: Uint8Array): [string, string] {
  let key = '';
  let value = '';
  eachField(bytes, (field, wire, reader) => {
    if (wire !== WireType.LengthDelimited) return false;
    if (field === 1) key = reader.string();
    else if (field === 2) value = reader.string();
    else return false;
    return true;
  });
  return [key, value];
}

/** Calls `visit` for every field of a message; a field that it does not consume (answers false) is skipped. */
function eachField(bytes: Uint8Array, visit: (field: number, wire: WireType, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  let start = 0;
  try {
    while (reader.pos < reader.len) {
      start = reader.pos;
      const [field, wire] = reader.tag();
      if (!visit(field, wire, reader)) reader.skip(wire, field);
      if (reader.pos > reader.len) throw new Damage(bytes.byteOffset + start, true);
    }
  } catch (error) {
    // What the reader says is about the wire format and not for people; the innermost field tells where.
    if (error instanceof Damage || error instanceof Problem) throw error;
    throw new Damage(bytes.byteOffset + start, error instanceof RangeError);
  }
}

/** Bytes that are no protobuf: a field that `at`, counted from the start of their buffer, makes no sense or lacks its end. */
class Damage extends Error {
  constructor(
    readonly at: number,
    readonly isCutOff: boolean,
  ) {
    super(`damaged at byte ${at}`);
  }
}

function readPacked(bytes: Uint8Array, read: (reader: BinaryReader) => void): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) read(reader);
}

/** An int64 as a number; beyond 2^53 it is rounded, which only ever happens to "as far as possible" in Slice. */
function readInteger(reader: BinaryReader): number {
  return Number(reader.int64());
}
