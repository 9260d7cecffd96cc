import { activate, activationRange, type Activation, type ActivationRange } from './activation';
import type { StateBound } from './cell';
import { entryFunction } from './entryFunction';
import { variable, type EntrywiseOperation, type Expression } from './language';

const unboundedActivations = 'unbounded with these activations';

/** The interval that all values of an activation lie in, where its arguments are clipped to [−clip, clip] (null: any). */
export function valuesOf(activation: Activation, clip: number | null = null): ActivationRange {
  const u = variable('u', 'one');
  if (clip === null) return activationRange(activate(activation, u));
  // All activations are monotone on either side of zero but one that jumps, whose values are at most its arguments.
  const jumps = typeof activation === 'object' && activation.kind === 'thresholdedRelu';
  const e = jumps ? u : activate(activation, u);
  const values = [-clip, 0, clip].map((value) => valueAt(e, value));
  return [Math.min(...values), Math.max(...values)];
}

/** The least number that no value of an activation exceeds in absolute value; it may be infinite. */
export function largestValue(activation: Activation, clip: number | null = null): number {
  const [low, high] = valuesOf(activation, clip);
  return Math.max(Math.abs(low), Math.abs(high));
}

/** Whether a gate stays between 0 and 1, so that mixing with it is convex. */
export function isBetweenZeroAndOne([low, high]: ActivationRange): boolean {
  return low >= 0 && high <= 1;
}

/** Of a state that is an activation of what a matrix makes of the state before. */
export function largestBound(
  state: string,
  activation: Activation,
  matrix: string,
  clip: number | null = null,
): StateBound {
  const largest = largestValue(activation, clip);
  return largest < Infinity
    ? { text: `|${state}| ≤ ${rounded(largest)}`, unbounded: [] }
    : { text: `unbounded: |${state}| can grow exponentially, like ‖${matrix}‖ᵗ`, unbounded: [state] };
}

/** Of a state (1 − g) ∘ a + g ∘ h₋, or with g and 1 − g exchanged, for a gate and a candidate with these activations. */
export function mixedBound(
  state: string,
  gate: Activation,
  candidate: Activation,
  { clip = null, keeps = true }: { readonly clip?: number | null; readonly keeps?: boolean } = {},
): StateBound {
  const [low, high] = valuesOf(gate, clip);
  const kept: ActivationRange = keeps ? [low, high] : [1 - high, 1 - low];
  const largest = largestValue(candidate, clip);
  if (largest < Infinity && isBetweenZeroAndOne(kept)) {
    return { text: `|${state}| ≤ max(${rounded(largest)}, |${state}₀|)`, unbounded: [] };
  }
  const most = Math.max(Math.abs(kept[0]), Math.abs(kept[1]));
  if (largest === Infinity || most >= 1) return growingBound(state, null);
  const added = largest * Math.max(Math.abs(1 - kept[0]), Math.abs(1 - kept[1]));
  return { text: `|${state}| ≤ max(${rounded(added / (1 - most))}, |${state}₀|)`, unbounded: [] };
}

/** Of states that a gate between 0 and 1 bounds as `text` says, and that no other gate does. */
export const convexBound = (gate: Activation, states: readonly string[], text: string): StateBound =>
  isBetweenZeroAndOne(valuesOf(gate))
    ? { text, unbounded: [] }
    : { text: states.map((state) => `|${state}| is ${unboundedActivations}`).join(', '), unbounded: states };

/** Of the states of an LSTM with these activations; `wide` is what bounds a candidate that no activation does. */
export function lstmBound(
  gate: Activation,
  candidate: Activation | { readonly wide: string },
  output: Activation,
  { clip = null, coupled = false }: { readonly clip?: number | null; readonly coupled?: boolean } = {},
): StateBound {
  const open = largestValue(gate, clip);
  const ofCell =
    typeof candidate === 'object' && 'wide' in candidate
      ? growingBound('c', open <= 1 ? `t ${candidate.wide}` : null)
      : coupled
        ? mixedBound('c', gate, candidate, { clip, keeps: false })
        : addedBound('c', gate, candidate, clip);
  const isGrowing = ofCell.unbounded.length > 0;
  const most = open * largestValue(output);
  if (most < Infinity) {
    return {
      text: `|h| ≤ ${rounded(most)}${isGrowing ? ', but' : ' and'} ${ofCell.text}`,
      unbounded: ofCell.unbounded,
    };
  }
  return isGrowing
    ? { text: `${ofCell.text}, and h with it`, unbounded: ['h', ...ofCell.unbounded] }
    : { text: `${ofCell.text}, and |h| is bounded with it`, unbounded: [] };
}

/** Of a state f ∘ h₋ + i ∘ a with two gates of the same activation and a candidate with another. */
export function addedBound(
  state: string,
  gate: Activation,
  candidate: Activation,
  clip: number | null = null,
): StateBound {
  const [open, largest] = [largestValue(gate, clip), largestValue(candidate, clip)];
  if (largest === Infinity || open > 1) return growingBound(state, null);
  if (open === 1) return growingBound(state, times(largest, 't'));
  return { text: `|${state}| ≤ max(${rounded((open * largest) / (1 - open))}, |${state}₀|)`, unbounded: [] };
}

/** Of a state that a gate can keep for ever; `added` is what t steps can add to it, null where that has no bound. */
export const growingBound = (state: string, added: string | null): StateBound => ({
  text:
    added === null
      ? `|${state}| is ${unboundedActivations}`
      : `|${state}| ≤ |${state}₀| + ${added} can grow with every step where the forget gate stays open`,
  unbounded: [state],
});

/** The product of a number and what is written after it. */
export const times = (factor: number, text: string): string => (factor === 1 ? text : `${rounded(factor)} ${text}`);

/** Rounded up, so that a bound stays one. */
export const rounded = (value: number): string => String(Math.ceil(value * 1000) / 1000);

function valueAt({ operation, operands, numbers }: Expression, u: number): number {
  if (operation === 'variable') return u;
  const of = valueAt(operands[0]!, u);
  if (operation === 'scale') return numbers[0]! * of;
  if (operation === 'shift') return of + numbers[0]!;
  return entryFunction(operation as EntrywiseOperation, numbers)(of);
}
