import { logNorm, type LogNorms } from '../classes/networkClass';

export interface ZhangQuestion {
  readonly norms: LogNorms;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputs: number;
  readonly steps: number;
  readonly sequences: number;
}

/**
 * ln of the rate of Zhang, Lei & Dhillon 2018 at γ = 1, with the constant 1 (theory 2.3): d t² ‖W‖‖V‖ max(1, ‖U‖^t)/√m with
 * d² = d_x d_h + d_h² + d_h d_y.
 */
export function zhangLeiDhillon(question: ZhangQuestion): number {
  const { norms, inputSize, hiddenSize, outputs, steps, sequences } = question;
  const logWidth = Math.log(inputSize * hiddenSize + hiddenSize * hiddenSize + hiddenSize * outputs) / 2;
  const growth = Math.max(0, steps * logNorm(norms, 'U'));
  const factors = logWidth + 2 * Math.log(steps) + logNorm(norms, 'W') + logNorm(norms, 'V') + growth;
  return factors - Math.log(sequences) / 2;
}
