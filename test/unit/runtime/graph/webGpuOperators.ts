/**
 * Operators with which a graph for a graphics card can be written: some of those that onnxruntime's WebGPU provider has
 * kernels for, in float32 and in opset 17 (onnxruntime/core/providers/webgpu/webgpu_execution_provider.cc, its list of kernel
 * classes; read in November 2026). Its other operators, among them Scan, Loop, Identity, Sign, RNN and LogSoftmax, fall back
 * to the CPU, with a copy there and back.
 */
export const webGpuOperators: ReadonlySet<string> = new Set([
  ...['Abs', 'Neg', 'Exp', 'Log', 'Sqrt', 'Sin', 'Cos', 'Tanh', 'Sigmoid', 'Relu', 'Clip'],
  ...['Add', 'Sub', 'Mul', 'Div', 'Equal', 'Greater', 'Less', 'Where', 'Cast'],
  ...['Gemm', 'MatMul', 'ReduceSum', 'ReduceMax', 'ReduceMin'],
  ...['Shape', 'Reshape', 'Transpose', 'Concat', 'Split', 'Slice', 'Gather', 'Expand', 'Tile', 'Pad'],
]);
