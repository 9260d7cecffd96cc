import { Problem } from '../problem';

/**
 * What a training is asked to keep to. Limits are projected onto: `spectral-norm` clips singular values, `spectral-scaling`
 * scales the whole matrix, `frobenius-norm` and `norm-21` (the sum of the norms of the columns) project, `orthogonal` takes
 * the nearest orthogonal matrix (its polar factor). The others are penalties of this strength added to the loss:
 * `orthogonal-penalty` λ‖AᵀA − I‖_F², `pull` ½λ‖A − A₀‖_F² towards the weights that the training starts from, or those of the
 * reference, and `bound` λ times the complexity of the certified bound, ln N / m (see `complexityOf`).
 */
export interface Constraint {
  readonly kind: ConstraintKind;
  /** A weight such as U_f (in every layer) or layer1.U_f; null: every recurrent matrix by itself, for `pull` every weight. */
  readonly at: string | null;
  /** The limit, or the strength; nothing for `orthogonal`. */
  readonly value: number | null;
}

/** By name, whether it takes a number. */
const kinds = {
  'spectral-norm': true,
  'spectral-scaling': true,
  'frobenius-norm': true,
  'norm-21': true,
  orthogonal: false,
  'orthogonal-penalty': true,
  pull: true,
  bound: true,
} as const;

export type ConstraintKind = keyof typeof kinds;

/**
 * Reads `spectral-norm=1`, `spectral-norm:U_f=1` or `orthogonal`.
 *
 * @throws Problem where it is none.
 */
export function parseConstraint(text: string): Constraint {
  const [, kind = '', at = null, number = null] = /^([^:=]*)(?::([^=]+))?(?:=(.*))?$/.exec(text.trim()) ?? [];
  if (!isKind(kind)) {
    throw new Problem(
      `"${text}" is no constraint: use one of ${Object.keys(kinds).join(', ')}, as in spectral-norm=1.`,
    );
  }
  if (!kinds[kind]) {
    if (number !== null) throw new Problem(`The constraint ${kind} takes no number: write ${text.split('=')[0]}.`);
    return { kind, at, value: null };
  }
  const value = Number(number);
  if (number === null || number.trim() === '' || !(value > 0) || value === Infinity) {
    throw new Problem(`The constraint ${kind} needs a positive number, as in ${kind}${at === null ? '' : `:${at}`}=1.`);
  }
  if (kind === 'bound' && at !== null) throw new Problem('The bound is that of the whole network: write bound=0.1.');
  return { kind, at, value };
}

const isKind = (text: string): text is ConstraintKind => Object.hasOwn(kinds, text);

export const constraintText = ({ kind, at, value }: Constraint): string =>
  `${kind}${at === null ? '' : `:${at}`}${value === null ? '' : `=${value}`}`;
