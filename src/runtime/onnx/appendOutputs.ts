import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/**
 * The same ONNX model with more of its tensors as outputs. Two occurrences of a message field are merged by the rules of
 * protobuf, so a second `graph` (field 7 of ModelProto) that holds only outputs (field 12 of GraphProto) is simply put
 * behind the file: nothing is decoded or moved. The runtime infers the types.
 */
export function appendOutputs(model: Uint8Array, tensors: readonly string[]): Uint8Array {
  if (tensors.length === 0) return model;
  const graph = new BinaryWriter();
  for (const name of tensors) {
    const value = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name).finish();
    graph.tag(12, WireType.LengthDelimited).bytes(value);
  }
  const addition = new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(graph.finish()).finish();
  const longer = new Uint8Array(model.length + addition.length);
  longer.set(model);
  longer.set(addition, model.length);
  return longer;
}
