import { originOf } from './scope';
import type { Scope } from './scope';
import { floatTypes, sizeOf } from './tensorNumbers';

/** Whether a tensor is more than one floating number stored in the file. */
export function isWeight(name: string, scope: Scope, depth = 0): boolean {
  const origin = originOf(name, scope);
  if (origin === null || origin.kind === 'input' || depth > 16) return false;
  if (origin.kind === 'initializer') return floatTypes.has(origin.tensor.dataType) && sizeOf(origin.tensor.dims) > 1;
  if (origin.node.operator === 'Constant') {
    const tensor = origin.node.attributes.get('value')?.tensor;
    return tensor != null && floatTypes.has(tensor.dataType) && sizeOf(tensor.dims) > 1;
  }
  if (origin.node.operator === 'DequantizeLinear')
    return originOf(origin.node.inputs[0] ?? '', origin.scope)?.kind === 'initializer';
  const follows = ['Transpose', 'Cast', 'Identity', 'Unsqueeze', 'Squeeze', 'Reshape', 'Slice', 'Concat'];
  return follows.includes(origin.node.operator) && isWeight(origin.node.inputs[0] ?? '', origin.scope, depth + 1);
}
