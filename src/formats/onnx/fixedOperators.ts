const numbersOnly = (
  'Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh AveragePool Cast Ceil Celu Clip Concat Cos Cosh ' +
  'DepthToSpace Div Elu Equal Erf Exp EyeLike Flatten Floor Gelu GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual ' +
  'HardSigmoid HardSwish Hardmax Identity IsInf IsNaN LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax ' +
  'LpNormalization LpPool MatMul Max MaxPool Mean MeanVarianceNormalization Min Mish Mod Mul Neg NonZero Not Or PRelu ' +
  'Pow Range Reciprocal Relu Round Selu Sigmoid Sign Sin Sinh Softmax Softplus Softsign SpaceToDepth Sqrt Sub Sum Tan ' +
  'Tanh ThresholdedRelu Transpose Where Xor'
).split(' ');

const reductions = 'L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare'.split(' ').map((name) => `Reduce${name}`);

const onlySecond: readonly number[] = [1];

/**
 * Operators of the ONNX standard that always compute the same function of their inputs and hold no numbers themselves; to
 * each, which of its inputs are sizes, axes or positions rather than numbers to compute with.
 */
export const fixedOperators: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ...numbersOnly.map((name): [string, readonly number[]] => [name, []]),
  ...reductions.map((name): [string, readonly number[]] => [name, onlySecond]),
  ['CastLike', onlySecond],
  ['CumSum', onlySecond],
  ['Expand', onlySecond],
  ['Gather', onlySecond],
  ['GatherElements', onlySecond],
  ['GatherND', onlySecond],
  ['OneHot', onlySecond],
  ['Pad', [1, 3]],
  ['Reshape', onlySecond],
  ['ReverseSequence', onlySecond],
  ['Slice', [1, 2, 3, 4]],
  ['Split', onlySecond],
  ['Squeeze', onlySecond],
  ['Tile', onlySecond],
  ['TopK', onlySecond],
  ['Trilu', onlySecond],
  ['Unsqueeze', onlySecond],
]);
