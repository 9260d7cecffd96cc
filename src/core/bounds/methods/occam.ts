import { logCoveringNumber } from './coveringNumber';
import { klInverse } from '../numbers/klInverse';
import type { UniformQuestion } from './rademacher';

export interface Occam {
  readonly bound: number;
  /** ln N(γ / (2 c_M)). */
  readonly logCover: number;
  /** ln N + Λ + ln(1/δ). */
  readonly nats: number;
}

/**
 * T2-Occam (theory 1.5): the trained network has a neighbour in a finite cover whose scores are within γ/(2c_M) of its own
 * everywhere, so a margin above γ survives the exchange; a Chernoff bound for every member of the cover and a union bound
 * give klinv(emp01(γ), (ln N + Λ + ln(1/δ)) / m).
 */
export function occam(question: UniformQuestion, gamma: number, marginLoss: number): Occam {
  const { blocks, marginConstant, sequences, delta, lambda } = question;
  const logCover = logCoveringNumber(blocks, Math.log(gamma) - Math.log(2 * marginConstant));
  const nats = logCover + lambda - Math.log(delta);
  return { bound: klInverse(marginLoss, nats / sequences), logCover, nats };
}
