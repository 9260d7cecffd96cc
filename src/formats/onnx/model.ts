/** What this program reads of an ONNX file (onnx.proto of ONNX 1.16); everything else is skipped unread. */
export interface OnnxModel {
  /** The base name of the file, for messages. */
  readonly file: string;
  readonly irVersion: number;
  /** The version of the default operator set, 1 when the file names none. */
  readonly opset: number;
  readonly graph: OnnxGraph;
  readonly functions: number;
  /** What programs have noted about the model, by their keys. */
  readonly metadata: ReadonlyMap<string, string>;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Names of sparse initializers, which no supported operator reads. */
  readonly sparseInitializers: readonly string[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Shapes that the exporter wrote down for tensors inside the graph. */
  readonly values: ReadonlyMap<string, OnnxValue>;
}

export interface OnnxNode {
  /** The node's own name, or `<operator>_<position>` when the file gives none. */
  readonly name: string;
  readonly operator: string;
  /** Empty for the operators of the ONNX standard. */
  readonly domain: string;
  /** An empty string stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxAttribute {
  readonly float: number | null;
  readonly int: number | null;
  readonly string: string | null;
  readonly tensor: OnnxTensor | null;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly strings: readonly string[];
  readonly graphs: readonly OnnxGraph[];
}

export interface OnnxValue {
  readonly name: string;
  /** TensorProto.DataType, 0 when unknown. */
  readonly dataType: number;
  /** A size, a name for a free size, or null; null altogether when even the rank is unknown. */
  readonly shape: readonly (number | string | null)[] | null;
}

/** A tensor whose numbers are still bytes of the file; `tensorNumbers` decodes them. */
export interface OnnxTensor {
  readonly name: string;
  /** TensorProto.DataType. */
  readonly dataType: number;
  readonly dims: readonly number[];
  /** raw_data, or null when the numbers are in one of the typed fields. */
  readonly raw: Uint8Array | null;
  /** The payloads of float_data, int32_data, int64_data, double_data and uint64_data, in the order of the file. */
  readonly packed: readonly Uint8Array[];
  readonly external: { readonly location: string; readonly offset: number; readonly length: number | null } | null;
}

/** The standard's name of an element type, for messages. */
export function dataTypeName(dataType: number): string {
  return dataTypeNames[dataType] ?? `type ${dataType}`;
}

const dataTypeNames = [
  'undefined', 'float32', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64', 'string', 'bool', 'float16', 'float64',
  'uint32', 'uint64', 'complex64', 'complex128', 'bfloat16', 'float8e4m3fn', 'float8e4m3fnuz', 'float8e5m2',
  'float8e5m2fnuz', 'uint4', 'int4', 'float4e2m1',
]; // prettier-ignore
