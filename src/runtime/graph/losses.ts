import type { Main } from './main';

/**
 * `crossEntropy`: −Σ_k t_k ln softmax(scores)_k with the logarithm to base e, for a label k or for shares t that add up to
 * 1. `binaryCrossEntropy`: the same for one output, the logit of the label 1: ln(1 + eˢ) − t s. `squaredError`: the mean over
 * the outputs of (score − target)².
 */
export type LossName = 'crossEntropy' | 'binaryCrossEntropy' | 'squaredError';

export interface LossTensors {
  /** The mean over all answers, each as often as it counts: Σ count · loss / Σ count; one number. */
  readonly loss: string;
  /** How it moves with the scores, [answers, outputs]. */
  readonly slope: string;
}

/**
 * Adds a loss to a graph. `scores` and `targets` are [answers, outputs], `counts` is [answers, 1]. What does not count may
 * hold anything but what is not finite.
 */
export function addLoss(
  main: Main,
  name: LossName,
  outputs: number,
  { scores, targets, counts }: { readonly scores: string; readonly targets: string; readonly counts: string },
): LossTensors {
  const op = (operator: string, ...inputs: string[]): string => main.apply(operator, inputs);
  const shares = op('Div', counts, main.apply('ReduceSum', [counts], { keepdims: 1 }));
  const total = (tensor: string): string => main.apply('ReduceSum', [op('Mul', tensor, shares)], { keepdims: 0 });
  if (name === 'squaredError') {
    const error = op('Sub', scores, targets);
    return {
      loss: op('Mul', total(op('Mul', error, error)), main.constant(1 / outputs)),
      slope: op('Mul', error, op('Mul', shares, main.constant(2 / outputs))),
    };
  }
  if (name === 'binaryCrossEntropy') {
    // max(s, 0) + ln(1 + e^−|s|) is ln(1 + eˢ) without overflow.
    const tail = op('Log', op('Add', op('Exp', op('Neg', op('Abs', scores))), main.constant(1)));
    return {
      loss: total(op('Sub', op('Add', op('Relu', scores), tail), op('Mul', scores, targets))),
      slope: op('Mul', op('Sub', op('Sigmoid', scores), targets), shares),
    };
  }
  const logarithm = logSoftmax(main, scores);
  return {
    loss: op('Neg', total(op('Mul', logarithm, targets))),
    slope: op('Mul', op('Sub', op('Exp', logarithm), targets), shares),
  };
}

/**
 * ln softmax of every row. Graphics cards have no LogSoftmax: with it, every step of a training would leave the card for it.
 */
function logSoftmax(main: Main, scores: string): string {
  if (main.mostTensors === Infinity) return main.apply('LogSoftmax', [scores], { axis: -1 });
  const largest = main.apply('ReduceMax', [scores], { axes: [1], keepdims: 1 });
  const below = main.apply('Sub', [scores, largest]);
  const total = main.apply('ReduceSum', [main.apply('Exp', [below]), main.integers([1])], { keepdims: 1 });
  return main.apply('Sub', [below, main.apply('Log', [total])]);
}

/** Labels from 0 to `outputs` − 1, [answers, 1] of any type of numbers, as [answers, outputs]: 1 at the label, else 0. */
export function oneHot(main: Main, labels: string, outputs: number): string {
  const all = Float64Array.from({ length: outputs }, (_, k) => k);
  const numbers = main.apply('Cast', [labels], { to: main.type });
  const isLabel = main.apply('Equal', [numbers, main.numbers(`labels ${outputs}`, [1, outputs], all)]);
  return main.apply('Cast', [isLabel], { to: main.type });
}
