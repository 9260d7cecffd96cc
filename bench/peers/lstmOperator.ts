import { modelFile, tensorTypes } from '../../src/runtime/graph/modelFile';

/**
 * A model that is nothing but onnxruntime's LSTM operator, from X [steps, batch, input size] to its hidden states. Weights are
 * named as in the cell `lstm`; ONNX stacks the gates as i, o, f, c and keeps two biases, of which the second is zero here.
 */
export function lstmOperator(
  inputSize: number,
  hiddenSize: number,
  weights: ReadonlyMap<string, Float64Array | Float32Array>,
): Uint8Array {
  const type = tensorTypes.float32;
  const stacked = (family: string, name: string, dims: number[]) => {
    const values = new Float32Array(dims.reduce((size, dim) => size * dim, 1));
    let start = 0;
    for (const letter of ['i', 'o', 'f', 'a']) {
      const own = weights.get(`${family}_${letter}`)!;
      values.set(own, start);
      start += own.length;
    }
    return { name, dims, type, bytes: new Uint8Array(values.buffer) };
  };
  return modelFile({
    name: 'lstm',
    nodes: [
      { operator: 'LSTM', inputs: ['X', 'W', 'R', 'B'], outputs: ['Y'], attributes: { hidden_size: hiddenSize } },
    ],
    initializers: [
      stacked('W', 'W', [1, 4 * hiddenSize, inputSize]),
      stacked('U', 'R', [1, 4 * hiddenSize, hiddenSize]),
      stacked('b', 'B', [1, 8 * hiddenSize]),
    ],
    inputs: [{ name: 'X', type, dims: ['steps', 'batch', inputSize] }],
    outputs: [{ name: 'Y', type }],
  });
}
