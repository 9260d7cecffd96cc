import type { LayerInput } from '../../core/checkpoint';
import type { Axis } from './axes';
import type { Flow, Path } from './flow';

/** Describes where the sequence that reaches a recurrent layer comes from. */
export function layerInput(flow: Flow | undefined, batchMajor: boolean, inside: string | null): LayerInput {
  if (flow === undefined) return { kind: 'frontEnd', description: 'a constant of the file', trained: true };
  const time = flow.axes?.[batchMajor ? 1 : 0];
  const features = flow.axes?.[2];
  const [input] = flow.inputs;
  const untouched = flow.unchanged && flow.whole && flow.axes?.length === 3 && inside === null;
  if (untouched && input !== undefined && flow.inputs.length === 1 && flow.layers.length === 0) {
    const ownFeatures = features?.every((part) => part.role === 'input') ?? false;
    if (ownFeatures && time?.every((part) => part.role === 'input')) return { kind: 'model', input };
  }
  const batch = flow.axes?.[batchMajor ? 0 : 1];
  if (untouched && flow.inputs.length === 0 && flow.layers.length > 0 && flow.moment === 'every') {
    // A Reshape may have laid sequences or directions one after the other in time, or steps beside each other.
    if (isOnly(time, 'time') && isOnly(features, 'feature') && (batch?.every(({ role }) => role === 'batch') ?? false))
      return { kind: 'layers', layers: flow.layers };
  }
  // An earlier recurrent layer, whatever follows it, is trained.
  return { kind: 'frontEnd', description: describe(flow), trained: flow.trained || flow.layers.length > 0 };
}

/** Whether what reaches a layer is one whole row of a table at every step. */
export function embeddingTable(flow: Flow, batchMajor: boolean): boolean {
  const [time, batch, features] = [flow.axes?.[batchMajor ? 1 : 0], flow.axes?.[batchMajor ? 0 : 1], flow.axes?.[2]];
  const ofInput = (axis: Axis | undefined): boolean => axis?.every(({ role }) => role === 'input') ?? false;
  const isRow = features?.length === 1 && features[0]!.role === 'feature';
  return flow.embedding !== null && flow.whole && flow.axes?.length === 3 && ofInput(time) && ofInput(batch) && isRow;
}

/** Whether an axis is the one of that role, joined with nothing but the directions in the axis of features. */
const isOnly = (axis: Axis | undefined, role: 'time' | 'feature'): boolean =>
  axis !== undefined &&
  axis.filter((part) => part.role === role).length === 1 &&
  axis.every((part) => part.role === role || (role === 'feature' && part.role === 'direction'));

const mostNamed = 6;
const mostCounted = 1000;
const layoutOnly = new Set(['Transpose', 'Squeeze', 'Unsqueeze', 'Reshape', 'Identity', 'Cast', 'Flatten']);

/** "input" through Gather; operators that only rearrange are left out unless there is nothing else. */
function describe(flow: Flow): string {
  const operations: string[] = [];
  let count = 0;
  let at: Path | null = flow.path;
  for (; at !== null && count < mostCounted; at = at.before) {
    count++;
    operations.push(at.operation);
  }
  operations.reverse();
  const working = operations.filter((operation) => !layoutOnly.has(operation));
  const told = working.length > 0 ? working : operations;
  const from = [
    ...flow.inputs.map((input) => `the input "${input}"`),
    ...(flow.layers.length > 0 ? ['an earlier recurrent layer'] : []),
  ].join(' and ');
  if (told.length === 0) return from;
  if (told.length <= mostNamed) return `${from} through ${told.join(', ')}`;
  return `${from} through ${at === null ? '' : 'more than '}${count} operators (${[...new Set(told)].slice(0, mostNamed).join(', ')}, …)`;
}
