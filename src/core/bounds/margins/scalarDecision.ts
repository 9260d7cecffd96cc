import type { Readout } from '../../checkpoint';

/** Operations that move numbers without changing them, so that they say nothing about how a score decides. */
const moving = new Set([
  'Squeeze',
  'Unsqueeze',
  'Reshape',
  'Flatten',
  'Transpose',
  'Identity',
  'Dropout',
  'Gather',
  'Slice',
]);
const affine = new Set(['Gemm', 'MatMul', 'Dense']);

/**
 * Whether a single score decides for class 1 exactly where it is positive (theory section 0): it is the output of a dense
 * layer, before a sigmoid if there is one. Anything else behind the dense layer, a clip, a threshold, a rescaling, may decide
 * otherwise, and then there is no margin.
 */
export function decidesAtZero({ chain, finalActivation }: Pick<Readout, 'chain' | 'finalActivation'>): boolean {
  const operations = chain
    .map(({ operation }) => operation.replace(/^TimeDistributed /, ''))
    .filter((operation) => !moving.has(operation));
  // TensorFlow.js has the activation of a layer beside its name.
  if (finalActivation === 'sigmoid' && /^(Sigmoid|Activation( sigmoid)?)$/.test(operations.at(-1) ?? ''))
    operations.pop();
  else if (finalActivation === 'sigmoid' && operations.at(-1) === 'Dense sigmoid') operations.push('Dense');
  const last = operations.at(-1) ?? '';
  if (last === 'Add') return operations.at(-2) === 'MatMul';
  return affine.has(last) && finalActivation !== 'softmax' && finalActivation !== 'logSoftmax';
}
