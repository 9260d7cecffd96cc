/** Over answers. */
export interface Sums {
  loss: number;
  /** Answers whose largest score is not that of the label; a tie is an error. */
  errors: number;
  answers: number;
}

/**
 * Adds the losses of one sequence, as the training graph computes them. `scores` are [answers, outputs]; targets are labels, or
 * as many numbers. One output with labels 0 and 1 is the logit of 1.
 */
export function addedLosses(
  sums: Sums,
  scores: Float32Array,
  targets: Int32Array | Float32Array,
  outputs: number,
  loss: 'crossEntropy' | 'binaryCrossEntropy' | 'squaredError',
): void {
  const answers = scores.length / outputs;
  for (let a = 0; a < answers; a++) {
    if (loss === 'squaredError') {
      let squares = 0;
      for (let k = 0; k < outputs; k++) squares += (scores[a * outputs + k]! - targets[a * outputs + k]!) ** 2;
      sums.loss += squares / outputs;
    } else if (loss === 'binaryCrossEntropy') {
      const margin = targets[a] === 1 ? scores[a]! : -scores[a]!;
      sums.loss += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)));
      if (!(margin > 0)) sums.errors++;
    } else {
      const label = targets[a]!;
      const own = scores[a * outputs + label]!;
      let largest = -Infinity;
      let rival = -Infinity;
      for (let k = 0; k < outputs; k++) {
        const score = scores[a * outputs + k]!;
        largest = Math.max(largest, score);
        if (k !== label) rival = Math.max(rival, score);
      }
      let total = 0;
      for (let k = 0; k < outputs; k++) total += Math.exp(scores[a * outputs + k]! - largest);
      sums.loss += largest + Math.log(total) - own;
      if (!(own > rival)) sums.errors++;
    }
  }
  sums.answers += answers;
}
