import type { Assumption } from '../../report';
import type { BoundedNetwork } from '../classes/boundedNetwork';
import type { BoundQuestion } from '../boundQuestion';
import type { CellKind } from '../classes/networkClass';
import { agreementAssumption, independence } from '../rowAssumptions';

const gap = (id: string, state: Assumption['state'], text: string): Assumption => ({ text, state, gap: id });

const chosenGamma = gap(
  'G1',
  'violated',
  'γ is fixed in advance. Here it was chosen on the data, and the paper does not pay for that; our rows choose it from a grid of 81 and pay ln 81.',
);

const measuredRadii = gap(
  'G2',
  'violated',
  'The radii are fixed in advance. Here they are the measured norms of the trained weights; our rows round norms up to a grid and pay ln 321 for each.',
);

const countsSequences = gap(
  'G14',
  'met',
  'm counts independent sequences, and not tokens or steps as in the paper’s examples: here it is the number of sequences.',
);

/** The gaps that the paper's whole proof has, whatever the cell. */
const shared = (question: BoundQuestion): Assumption[] => [
  independence(question),
  agreementAssumption(question),
  chosenGamma,
  measuredRadii,
  countsSequences,
];

const repaired: Readonly<Record<CellKind, string>> = {
  vanilla: 'T2-fixed',
  mgu: 'T4-fixed-Dudley1',
  gru_before: 'GRU-fixed-Dudley1',
  gru_after: 'GRU-fixed-Dudley1',
  lstm: 'T5-fixed-Dudley1',
};

/**
 * What stands between Theorem 2, 4 or 5 as printed and a true bound (theory section 8), with what is known of this network.
 * `valid`: whether slack elsewhere in the formula absorbs the mistakes of the entropy integral.
 */
export function printedAssumptions(
  question: BoundQuestion,
  { architecture: { cell }, blocks }: BoundedNetwork,
  { valid }: { readonly valid: boolean },
): Assumption[] {
  const absorbed = valid
    ? 'Slack elsewhere in the formula absorbs it for this network'
    : 'Nothing in the formula is known to absorb it for this network';
  const state = valid ? 'met' : 'violated';
  return [
    ...shared(question),
    gap(
      'G3',
      state,
      `Dudley’s integral is used with a cover in the maximum over the sample that lacks a factor √m, which is false in general. ${absorbed}; ${repaired[cell]} uses the integral as it is proved.`,
    ),
    gap(
      'G4',
      state,
      `The largest score r lacks the factor √2 by which a margin can move with the scores. ${absorbed}; ${repaired[cell]} has it.`,
    ),
    gap(
      'G5',
      'met',
      'The cover counts each parameter more than once (3 d² where d² is enough): larger than it need be, and not wrong. Our rows count each once.',
    ),
    gap('G6', state, `ln(1 + x) ≤ ln 2x is used, which needs x ≥ 1. ${absorbed}; our rows keep ln(1 + x).`),
    ...(blocks.some(({ columns }) => columns === null) ? [unbiased] : []),
    ...(cell === 'vanilla' ? [] : gatedGaps),
    ...(cell === 'lstm' ? [falseConstant] : []),
  ];
}

const unbiased: Assumption = {
  text: 'The paper’s networks have no biases. This one has, and the formula leaves them out; in our rows they are blocks of their own.',
  state: 'violated',
};

const gatedGaps: readonly Assumption[] = [
  gap(
    'G10',
    'unknown',
    'The largest values of the gates are constants known in advance. Here they are the worst case for the measured norms; our rows let gates lie anywhere in [0, 1], or where the class forces them.',
  ),
  gap('G11', 'met', 'The sigmoid is taken to be 1-Lipschitz where 1/4 is true: slack only. Our rows use 1/4.'),
];

const falseConstant = gap(
  'G12',
  'violated',
  'The Lipschitz constant of the proof is true. It is not: the output gate’s own change is missing, and |c| ≤ 1 and a small ‖U_o‖ are used silently. T5-fixed has a recursion that is proved.',
);

/** Bound (3) as printed: it is not sound even for radii and γ fixed in advance (theory 2.1). */
export const boundThreeAssumptions = (question: BoundQuestion, network: BoundedNetwork): Assumption[] => [
  ...shared(question),
  gap(
    'G3',
    'violated',
    'Dudley’s integral is used with a cover in the maximum over the sample that lacks a factor √m, which is false. T3a-fixed uses the integral as it is proved.',
  ),
  gap(
    'G7',
    'violated',
    'Lemma 10, a cover of matrices, is true. It is not: a dimension is missing (a ball of matrices with one column of d numbers needs at least 2^d, and not (2d)^4). T3a-fixed uses a cover that is proved.',
  ),
  gap(
    'G8',
    'violated',
    'The rate 1/m and the constant 36 follow from the proof. They do not: the rate is 1/√m. T3a-fixed has that rate.',
  ),
  ...(network.blocks.some(({ columns }) => columns === null) ? [unbiased] : []),
];

/** Bound (4) as printed. */
export const boundFourAssumptions = (question: BoundQuestion): Assumption[] => [
  ...shared(question),
  gap(
    'G9',
    'violated',
    'The noise may be as large as the data like, the norms in the proof are those without noise, and d is at least d_x; none of this is shown. PBM and T3b-McAllester count the noise in every norm and pay for its scale.',
  ),
];

/** Theorem 6 as printed. */
export const convolutionAssumptions = (question: BoundQuestion): Assumption[] => [
  ...shared(question),
  gap(
    'G3',
    'unknown',
    'Dudley’s integral is used with a cover in the maximum over the sample that lacks a factor √m, which is false in general. T6-fixed-Dudley1 uses the integral as it is proved.',
  ),
  gap(
    'G13',
    'met',
    'The paper takes ‖P‖ ≤ 1 and counts 3k² parameters where ‖P‖ = 1/√k and 3k are true: slack only. T6-fixed counts 3k.',
  ),
];
