import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { version } from '../../version';

/** What an ONNX file is made of, as far as the graphs written here need it. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

export interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Integers, lists of integers and bodies of loops. */
export type Attribute = number | readonly number[] | Graph;

export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: TensorType;
  /** Little-endian, in C order. */
  readonly bytes: Uint8Array;
}

export interface Port {
  readonly name: string;
  readonly type: TensorType;
  /** A name stands for a size that is free. */
  readonly dims?: readonly (string | number)[];
}

/** The numbers of ONNX's TensorProto.DataType. */
export const tensorTypes = { float32: 1, int32: 6, int64: 7, float64: 11 } as const;
export type TensorType = (typeof tensorTypes)[keyof typeof tensorTypes];

const irVersion = 8;
const opsetVersion = 17;

/** The bytes of a model, with the program that made it and whatever else it has to say about itself. The numbers in the calls below are those of onnx.proto3. */
export function modelFile(graph: Graph, metadata: ReadonlyMap<string, string> = new Map()): Uint8Array {
  const writer = new BinaryWriter();
  int(writer, 1, irVersion);
  text(writer, 2, 'recurscope');
  text(writer, 3, version);
  message(writer, 7, () => writeGraph(writer, graph));
  message(writer, 8, () => {
    text(writer, 1, '');
    int(writer, 2, opsetVersion);
  });
  for (const [key, value] of metadata) {
    message(writer, 14, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  }
  return writer.finish();
}

const lengthDelimited = 2;

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, lengthDelimited).fork();
  write();
  writer.join();
}
const int = (writer: BinaryWriter, field: number, value: number): BinaryWriter => writer.tag(field, 0).int64(value);
const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, lengthDelimited).string(value);

function writeGraph(writer: BinaryWriter, { name, nodes, initializers, inputs, outputs }: Graph): void {
  for (const node of nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, name);
  for (const tensor of initializers) message(writer, 5, () => writeTensor(writer, tensor));
  for (const port of inputs) message(writer, 11, () => writePort(writer, port));
  for (const port of outputs) message(writer, 12, () => writePort(writer, port));
}

function writeNode(writer: BinaryWriter, { operator, inputs, outputs, attributes }: Node): void {
  for (const input of inputs) text(writer, 1, input);
  for (const output of outputs) text(writer, 2, output);
  text(writer, 4, operator);
  for (const [name, value] of Object.entries(attributes)) message(writer, 5, () => writeAttribute(writer, name, value));
}

function writeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  text(writer, 1, name);
  if (typeof value === 'number') {
    int(writer, 3, value);
    int(writer, 20, 2);
  } else if ('nodes' in value) {
    message(writer, 6, () => writeGraph(writer, value));
    int(writer, 20, 5);
  } else {
    for (const entry of value) int(writer, 8, entry);
    int(writer, 20, 7);
  }
}

function writeTensor(writer: BinaryWriter, { name, dims, type, bytes }: Initializer): void {
  for (const dim of dims) int(writer, 1, dim);
  int(writer, 2, type);
  text(writer, 8, name);
  writer.tag(9, lengthDelimited).bytes(bytes);
}

function writePort(writer: BinaryWriter, { name, type, dims }: Port): void {
  text(writer, 1, name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      int(writer, 1, type);
      if (dims) message(writer, 2, () => dims.forEach((dim) => writeDimension(writer, dim)));
    }),
  );
}

function writeDimension(writer: BinaryWriter, dim: string | number): void {
  message(writer, 1, () => {
    if (typeof dim === 'number') int(writer, 1, dim);
    else text(writer, 2, dim);
  });
}
