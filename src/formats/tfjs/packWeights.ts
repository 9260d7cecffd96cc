import type { TfjsProgram } from '../loadedCheckpoint';
import type { StoredWeight } from './storedWeights';
import type { WeightsByLayer } from './weightsByLayer';

/** Weights as TensorFlow.js takes them from memory: decoded, one after the other. */
export function packWeights(
  stored: readonly StoredWeight[],
  weights: WeightsByLayer,
): Pick<TfjsProgram, 'weightSpecs' | 'weightData'> {
  const weightData = new ArrayBuffer(stored.reduce((total, { values }) => total + values.byteLength, 0));
  const target = new Uint8Array(weightData);
  let offset = 0;
  for (const { values } of stored) {
    target.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  const weightSpecs = stored.map((weight) => ({
    name: weights.nameForTfjs(weight),
    shape: [...weight.shape],
    dtype: weight.dtype,
  }));
  return { weightSpecs, weightData };
}
