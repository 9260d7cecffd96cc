import { bestPosterior } from '../methods/bestPosterior';
import { logCoveringNumber } from '../methods/coveringNumber';
import { eighthPower } from '../numbers/eighthPower';
import { klInverse } from '../numbers/klInverse';
import { pacBayesMajorant, type Posterior } from '../methods/pacBayesMajorant';
import type { UniformQuestion } from '../methods/rademacher';

/** The allowances v = 2^(−k/2) of the regression rows (theory 1.8). */
const allowance = (k: number): number => eighthPower(-4 * k);

export interface RegressionBound {
  readonly bound: number;
  /** The allowance the bound was best at: v = 2^(−k/2); null when every allowance is vacuous. */
  readonly k: number | null;
  /** v itself, and the nats paid at it. */
  readonly allowance: number | null;
  readonly nats: number | null;
}

/** The allowance with the posterior that the nats are those of. */
export interface RegressionPosterior extends RegressionBound {
  readonly posterior: Posterior | null;
}

/**
 * Reg-Occam (theory 1.8) for a loss in [0, 1] that is `marginConstant`-Lipschitz in the scores: the best over v of
 * klinv(min(1, emp + v), (ln N(v/lip) + Λ + ln(1/δ))/m) + v. Λ contains ln 81 for the choice of v.
 */
export function regressionOccam(question: UniformQuestion, loss: number): RegressionBound {
  const { blocks, marginConstant, sequences, delta, lambda } = question;
  let result = vacuous;
  for (let k = 0; k <= 80; k++) {
    const v = allowance(k);
    if (loss + 2 * v >= 1) continue;
    const nats = logCoveringNumber(blocks, Math.log(v) - Math.log(marginConstant)) + lambda - Math.log(delta);
    const bound = klInverse(Math.min(1, loss + v), nats / sequences) + v;
    if (bound < result.bound) result = { bound, k, allowance: v, nats };
    // The nats only grow as v falls, so no smaller v gives less than this one without the allowance.
    if (klInverse(loss, nats / sequences) >= result.bound) break;
  }
  return result;
}

/** Reg-PBM (theory 1.8): the same with a posterior whose noise moves the loss by at most v; v is free. */
export function regressionPacBayes(
  posterior: (logScoreBudget: number) => Posterior,
  question: { lipschitz: number; sequences: number; delta: number; lambda: number; eta: number },
  loss: number,
): RegressionPosterior {
  const allowances = Array.from({ length: 41 }, (_, k) => allowance(40 - k)).filter((v) => loss + 2 * v < 1);
  if (allowances.length === 0) return { ...vacuous, posterior: null };
  const known = new Map<number, Posterior>();
  const posteriorAt = (v: number): Posterior => {
    const found = known.get(v) ?? posterior(Math.log(v) - Math.log(question.lipschitz));
    known.set(v, found);
    return found;
  };
  const answerFor = (v: number, divergence: number): { readonly bound: number; readonly nats: number } => {
    const { bound, nats } = pacBayesMajorant(divergence, question, Math.min(1, loss + v));
    return { bound: bound + v, nats };
  };
  const { gamma: v, divergence } = bestPosterior(
    allowances.map((each) => loss + each),
    (each) => posteriorAt(each).divergence,
    (_, candidate, each) => {
      const { bound, nats } = answerFor(each, candidate);
      return { bound, order: nats };
    },
    allowances,
  );
  const { bound, nats } = answerFor(v, divergence);
  return bound < 1
    ? { bound, k: -2 * Math.log2(v), allowance: v, nats, posterior: posteriorAt(v) }
    : { ...vacuous, posterior: null };
}

const vacuous: RegressionBound = { bound: 1, k: null, allowance: null, nats: null };
