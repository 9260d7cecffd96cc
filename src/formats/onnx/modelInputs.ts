import type { ModelInput } from '../../core/checkpoint';
import type { Path } from './flow';
import type { Arrival } from './followGraph';
import type { OnnxModel, OnnxValue } from './model';

const elementTypes: Readonly<Record<number, ModelInput['elementType']>> = {
  1: 'float32',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  11: 'float64',
};

/** What each input of the model is for, and which of its axes are the batch and time. */
export function modelInputs(model: OnnxModel, arrivals: readonly Arrival[]): readonly ModelInput[] {
  const { inputs, initializers } = model.graph;
  const own = inputs.filter((input) => !initializers.has(input.name));
  const byInput = new Map<string, Arrival[]>(own.map(({ name }) => [name, []]));
  for (const arrival of arrivals) for (const name of arrival.flow.inputs) byInput.get(name)?.push(arrival);
  const joined = arrivalsJoinSteps(arrivals);
  const described = own.map((input) => describeInput(input, byInput.get(input.name) ?? [], joined));
  // An input that reaches no recurrent layer still belongs to a sequence when it shares the name of its batch size.
  const batchNames = new Set(
    described
      .map(({ batchAxis }, i) => (batchAxis === null ? null : own[i]!.shape?.[batchAxis]))
      .filter((size) => typeof size === 'string'),
  );
  const frozen = described.find(({ role, batchAxis }) => role === 'sequence' && batchAxis !== null);
  const batchSize = frozen ? frozen.shape[frozen.batchAxis!] : null;
  return described.map((input, i) => {
    // Where the model folds another axis into the batch of a layer, that axis of a state is not the batch.
    const size = input.batchAxis === null ? null : input.shape[input.batchAxis];
    if (input.role === 'state' && size != null && batchSize != null && size !== batchSize)
      return { ...input, batchAxis: null };
    const first = own[i]!.shape?.[0];
    const isNamedBatch = input.batchAxis === null && typeof first === 'string' && batchNames.has(first);
    // An input of one axis that is the batch has no time, whatever a layer is told through it.
    const isBatchOnly = input.role === 'sequence' && input.shape.length === 1;
    return isNamedBatch && (input.role === 'fixed' || isBatchOnly)
      ? { ...input, role: 'sequence', batchAxis: 0, timeAxis: null }
      : input;
  });
}

function describeInput(input: OnnxValue, arriving: readonly Arrival[], joined: boolean): ModelInput {
  const shape = (input.shape ?? []).map((size) => (typeof size === 'number' ? size : null));
  const base = { name: input.name, elementType: elementTypes[input.dataType] ?? ('other' as const), shape };
  const sequences = arriving.filter(({ port }) => port === 'sequence');
  const states = arriving.filter(({ port }) => port === 'state');
  // One number a sequence that says where the layer is to stop; sorting the sequences by it, as exporters of packed
  // sequences do, sends it to the layer's other ports too. Behind a front end that joins steps it may count other steps.
  if (shape.length === 1 && arriving.some(({ port }) => port === 'lengths')) {
    return { ...base, role: joined ? 'sequence' : 'lengths', batchAxis: 0, timeAxis: null };
  }
  // A state that starts a layer as it is, and later reaches others through a cache that is handed on, is a state.
  const startsLayer = states.some(({ flow }) => flow.unchanged && flow.inputs.length === 1);
  if (sequences.length > 0 && !startsLayer) {
    const followed = sequences.map((arrival) => ({
      batchAxis: axisFrom(input.name, arrival, arrival.batchAxis),
      timeAxis: axisFrom(input.name, arrival, arrival.timeAxis),
    }));
    const best = followed.find(({ batchAxis, timeAxis }) => batchAxis !== null && timeAxis !== null) ?? followed[0]!;
    const batchAxis = best.batchAxis ?? (shape.length > 1 && best.timeAxis !== 0 ? 0 : null);
    // Where time could not be followed, a free size that is not the batch is taken for it.
    const free = shape.findIndex((size, axis) => size === null && axis !== batchAxis);
    return { ...base, role: 'sequence', batchAxis, timeAxis: best.timeAxis ?? (free < 0 ? null : free) };
  }
  // A state that was computed from the input by arithmetic is data of the sequence, not a state to start from.
  if (states.length > 0) {
    const batchAxis =
      states.map((arrival) => axisFrom(input.name, arrival, arrival.batchAxis)).find((axis) => axis !== null) ?? null;
    if (startsLayer) return { ...base, role: 'state', batchAxis: batchAxis ?? freeAxis(shape), timeAxis: null };
    return { ...base, role: 'sequence', batchAxis: batchAxis ?? (shape.length > 0 ? 0 : null), timeAxis: null };
  }
  return { ...base, role: 'fixed', batchAxis: null, timeAxis: null };
}

/** Whether an operator that joins steps is on the way to any layer; paths share their beginnings, which are seen once. */
function arrivalsJoinSteps(arrivals: readonly Arrival[]): boolean {
  const seen = new Set<Path>();
  for (const { port, flow } of arrivals) {
    if (port !== 'sequence') continue;
    for (let at = flow.path; at !== null && !seen.has(at); at = at.before) {
      if (/Conv|Pool/.test(at.operation)) return true;
      seen.add(at);
    }
  }
  return false;
}

function freeAxis(shape: readonly (number | null)[]): number | null {
  const free = shape.indexOf(null);
  return free < 0 ? null : free;
}

/** The axis of the model's input that became the given axis of the tensor that arrives. */
function axisFrom(input: string, { flow }: Arrival, axis: number | null): number | null {
  const parts = axis === null ? undefined : flow.axes?.[axis];
  const own = parts?.filter((part) => part.role === 'input' && part.input === input);
  return own?.length === 1 ? own[0]!.position : null;
}
