import { parseConstraint, type ConstraintKind } from '../../src/core/training/constraint';

/** A constraint for people: "the spectral norm of every recurrent matrix is at most 1 (singular values are clipped)". */
export function constraintSentence(text: string): string {
  const { kind, at, value } = parseConstraint(text);
  const which = at === null ? (kind === 'pull' ? 'every weight' : 'every recurrent matrix') : at;
  return sentences[kind](which, String(value));
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
