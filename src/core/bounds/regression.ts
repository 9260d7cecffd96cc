import { logCoveringNumber } from './coveringNumber';
import { eighthPower } from './eighthPower';
import { klInverse } from './klInverse';
import { pacBayesMajorant, type Posterior } from './pacBayesMajorant';
import type { UniformQuestion } from './rademacher';

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
  return best(80, loss, (v) => {
    const nats = logCoveringNumber(blocks, Math.log(v) - Math.log(marginConstant)) + lambda - Math.log(delta);
    return {
      bound: klInverse(Math.min(1, loss + v), nats / sequences) + v,
      nats,
      least: klInverse(loss, nats / sequences),
    };
  });
}

/** Reg-PBM (theory 1.8): the same with a posterior whose noise moves the loss by at most v; v is free. */
export function regressionPacBayes(
  posterior: (logScoreBudget: number) => Posterior,
  question: { lipschitz: number; sequences: number; delta: number; lambda: number; eta: number },
  loss: number,
): RegressionPosterior {
  const known = new Map<number, Posterior>();
  const result = best(40, loss, (v) => {
    const found = posterior(Math.log(v) - Math.log(question.lipschitz));
    known.set(v, found);
    const { bound, nats } = pacBayesMajorant(found.divergence, question, Math.min(1, loss + v));
    return { bound: bound + v, nats, least: klInverse(loss, nats / question.sequences) };
  });
  return { ...result, posterior: known.get(result.allowance ?? NaN) ?? null };
}

/** `least`: the bound at these nats if v were 0; the nats grow as v falls, so no smaller v gives less than that. */
function best(
  last: number,
  loss: number,
  value: (v: number) => { readonly bound: number; readonly nats: number; readonly least: number },
): RegressionBound {
  let result: RegressionBound = { bound: 1, k: null, allowance: null, nats: null };
  for (let k = 0; k <= last; k++) {
    const v = allowance(k);
    if (loss + 2 * v >= 1) continue;
    const { bound, nats, least } = value(v);
    if (bound < result.bound) result = { bound, k, allowance: v, nats };
    if (least >= result.bound) break;
  }
  return result;
}
