import { parseConstraint, type Constraint, type ConstraintKind } from '../../src/core/training/constraint';

/** Constraints for people: "the spectral norm of U_r, U_z is at most 1 (singular values are clipped)". */
export function constraintSentence(texts: readonly string[]): string {
  /** Those that say the same of different weights are said at once. */
  const alike = new Map<string, Constraint[]>();
  for (const constraint of texts.map(parseConstraint)) {
    const key = `${constraint.kind}=${constraint.value}`;
    alike.set(key, [...(alike.get(key) ?? []), constraint]);
  }
  return [...alike.values()]
    .map((constraints) => {
      const { kind, value } = constraints[0]!;
      const everything = kind === 'pull' ? 'every weight' : 'every recurrent matrix';
      return sentences[kind](constraints.map(({ at }) => at ?? everything).join(', '), String(value));
    })
    .join('; ');
}

const sentences: Readonly<Record<ConstraintKind, (which: string, value: string) => string>> = {
  'spectral-norm': (which, value) => `the spectral norm of ${which} is at most ${value} (singular values are clipped)`,
  'spectral-scaling': (which, value) => `the spectral norm of ${which} is at most ${value} (the matrix is scaled)`,
  'frobenius-norm': (which, value) => `the Frobenius norm of ${which} is at most ${value}`,
  'norm-21': (which, value) => `the (2,1) norm of ${which} is at most ${value}`,
  orthogonal: (which) => `${which} is orthogonal`,
  'orthogonal-penalty': (which, value) => `${which} is drawn towards orthogonal ones, with strength ${value}`,
  pull: (which, value) => `${which} is pulled towards the start, with strength ${value}`,
  bound: (_, value) => `the complexity of the certified bound is part of the loss, with weight ${value}`,
};
