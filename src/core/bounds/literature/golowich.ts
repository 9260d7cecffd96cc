import { addLogs } from '../numbers/logarithms';

export interface GolowichQuestion {
  readonly inputSize: number;
  readonly steps: number;
  readonly sequences: number;
  /** ln √(‖U‖_F² + 2‖W‖_F²) and ln ‖V‖_F. */
  readonly logStep: number;
  readonly logReadout: number;
  /** ln √(Σ ‖x_t‖²) of the largest sequence. */
  readonly logInput: number;
}

/**
 * ln of the Rademacher complexity of one score of a relu network without biases, unrolled in time (Golowich, Rakhlin & Shamir
 * 2018, Theorem 1; theory section 5): B (√(2D ln 2) + 1) Π_j M_F(j)/√m with D = t + 1 layers. An identity passes through relu
 * only what is not negative, so every input x is read as [x₊; x₋], by [U W −W]: layer j has the squared Frobenius norm
 * ‖U‖_F² + 2‖W‖_F² + 2(t − j) d_x, the last term for the inputs that wait.
 */
export function golowichComplexity(question: GolowichQuestion): number {
  const { inputSize, steps, sequences, logStep, logReadout, logInput } = question;
  let logProduct = logReadout;
  for (let waiting = 0; waiting < steps; waiting++) {
    logProduct += addLogs(2 * logStep, Math.log(2 * waiting * inputSize)) / 2;
  }
  return logInput + Math.log(Math.sqrt(2 * (steps + 1) * Math.LN2) + 1) + logProduct - Math.log(sequences) / 2;
}
