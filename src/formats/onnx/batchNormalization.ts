import { hasRole, type Axis } from './axes';
import type { Normalization } from './flow';
import type { OnnxNode } from './model';
import type { Surroundings } from './surroundings';

/**
 * A BatchNormalization that the file tells not to train, over the axis of features; or why it is none, as the end of a
 * sentence. Before version 7 it trained unless told otherwise.
 */
export function normalizationOf(
  node: OnnxNode,
  axes: readonly Axis[] | null,
  { opset, constants, scope }: Surroundings,
): Normalization | string {
  const number = (name: string): number => node.attributes.get(name)?.int ?? 0;
  const trains = number('training_mode') !== 0 || node.outputs.slice(1).some((name) => name !== '');
  if (trains || (opset < 7 && number('is_test') === 0)) return 'normalizes by the sequences of the batch';
  if (opset < 9 && node.attributes.get('spatial')?.int === 0) return 'normalizes each place by itself';
  const features = axes?.[1];
  const others = axes?.filter((_, i) => i !== 1) ?? [];
  const isStep = (axis: Axis): boolean => axis.every(({ role }) => role === 'batch' || role === 'time');
  if (!features || !others.every(isStep) || hasRole(features, 'batch') || hasRole(features, 'time'))
    return 'normalizes axes that could not be followed';
  if (directionsInTurns(features)) return 'reads the features of both directions in turns';
  const [, scale = '', shift = '', mean = '', variance = ''] = node.inputs;
  if ([scale, shift, mean, variance].some((name) => constants(name, scope) === null))
    return 'normalizes by numbers that are not in the file';
  return { scale, shift, mean, variance, epsilon: node.attributes.get('epsilon')?.float ?? 1e-5 };
}

/** Whether an axis has its features before its two directions, so that neighbours are of different directions. */
export function directionsInTurns(axis: Axis): boolean {
  const direction = axis.findLastIndex((part) => part.role === 'direction' && part.size !== 1);
  return direction > axis.findIndex((part) => part.role === 'feature');
}
