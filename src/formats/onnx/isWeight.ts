import { originOf } from './scope';
import type { Scope } from './scope';
import { floatTypes, sizeOf } from './tensorNumbers';

/**
 * Whether a tensor may have been learned: it is a floating initializer, however small, or a quantized matrix. A single
 * number in a Constant node (an epsilon, an exponent) is none. In doubt it is a weight, because a front end that is taken
 * for fixed would flatter a bound.
 */
export function isWeight(name: string, scope: Scope, depth = 0): boolean {
  const origin = originOf(name, scope);
  if (origin === null || origin.kind === 'input' || depth > 16) return false;
  if (origin.kind === 'initializer') {
    const { dataType, dims } = origin.tensor;
    return floatTypes.has(dataType) || dims.length >= 2;
  }
  if (origin.node.operator === 'Constant') {
    const tensor = origin.node.attributes.get('value')?.tensor;
    return tensor != null && floatTypes.has(tensor.dataType) && sizeOf(tensor.dims) > 1;
  }
  if (origin.node.operator === 'DequantizeLinear')
    return originOf(origin.node.inputs[0] ?? '', origin.scope)?.kind === 'initializer';
  const follows = ['Transpose', 'Cast', 'Identity', 'Unsqueeze', 'Squeeze', 'Reshape', 'Slice', 'Concat'];
  return follows.includes(origin.node.operator) && isWeight(origin.node.inputs[0] ?? '', origin.scope, depth + 1);
}
