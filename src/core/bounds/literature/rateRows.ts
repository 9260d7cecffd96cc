import type { Assumption } from '../../report';
import type { BoundQuestion } from '../boundQuestion';
import { chenLiZhao } from './papers';
import { boundFourAssumptions, convolutionAssumptions } from './printedAssumptions';
import { waitingRow } from '../rowAnswer';
import type { Row, RowFamily, RowHeader, RowShape } from '../row';

interface Rate {
  readonly header: RowHeader;
  readonly isAbout: (shape: RowShape) => boolean;
  /** What is known, in place of a number. */
  readonly rate: string;
  readonly assumptions: (question: BoundQuestion) => readonly Assumption[];
}

/** The theorems of Chen, Li & Zhao of which only a rate is known here. */
export const printedRateRows: RowFamily = (shape) => rowsOf(printedRates, shape);

/** Theorems of others of which only a rate is known here, or that there is one: rows without a number, so that a reader finds them. */
export const rateRows: RowFamily = (shape) => rowsOf(rates, shape);

const rowsOf = (all: readonly Rate[], shape: RowShape): readonly Row[] =>
  all
    .filter(({ isAbout }) => isAbout(shape))
    .map(({ header, rate, assumptions }) => ({
      header,
      answer: ({ question, delta }) => waitingRow({ header, delta, assumptions: assumptions(question) }, rate),
    }));

const isVanilla = ({ cell }: RowShape): boolean => cell === 'vanilla';

const isOneLayerOf =
  (name: string) =>
  ({ checkpoint: { layers } }: RowShape): boolean =>
    layers.length === 1 && layers[0]!.cellName === name;

/** Whether the state is updated linearly: by the same matrix at every step. */
const isLinear = (shape: RowShape): boolean =>
  isVanilla(shape) && shape.checkpoint.layers[0]!.cell?.options.candidateActivation === 'linear';

/** Whether the state is updated linearly, with factors that depend on the inputs alone. */
const isSelective = isOneLayerOf('t-lstm');

const noAssumptions = (): readonly Assumption[] => [];

const indicator = (id: string, source: string): RowHeader => ({ id, status: 'indicator', p: null, source });

const printedRates: readonly Rate[] = [
  {
    header: { id: 'T3b-printed', status: 'printed', p: 2, source: `${chenLiZhao}, bound (4), as printed` },
    isAbout: isVanilla,
    rate: 'Only a rate, without constants: √(d Σ ‖A‖_F²)/(√m γ) for β < 1, times t for β = 1 and times β^t for β > 1 (other powers of t could not be read in the paper). PBM and T3b-McAllester are bounds of this kind with their constants.',
    assumptions: boundFourAssumptions,
  },
  {
    header: { id: 'T6-printed', status: 'printed', p: 2, source: `${chenLiZhao}, Theorem 6, as printed` },
    isAbout: isOneLayerOf('conv-rnn'),
    rate: 'Only a rate, without constants: B_x k t √(ln(d t √m))/(√m γ) for k filters of width k. The T6-fixed rows are bounds with their constants.',
    assumptions: convolutionAssumptions,
  },
];

const rates: readonly Rate[] = [
  {
    header: indicator('Cheng-Huang-Ma-2024', 'Cheng, Huang & Ma 2024, arXiv 2411.02784, Neurocomputing 616:128825'),
    isAbout: isVanilla,
    rate: 'Without a number: the theorem itself was not at hand. Its abstract reports bounds for vanilla networks that are 13.80 % (tanh) and 3.01 % (relu) smaller than the second smallest of those it compares, on average over three data sets.',
    assumptions: noAssumptions,
  },
  {
    header: indicator('Cheng-Ma-2024', 'Cheng & Ma 2024, on generalization bounds of the LSTM'),
    isAbout: ({ cell }) => cell === 'lstm',
    rate: 'Without a number: the theorem itself was not at hand. The authors’ notebook adds logarithms to the base 10 without constants and divides by m, not by √m; for 128 units on Penn Treebank it prints Rademacher complexities of 10^12.3 (10 steps) to 10^32.0 (50 steps), at 10,000 sequences.',
    assumptions: noAssumptions,
  },
  {
    header: indicator(
      'Wei-Ma-2019',
      'Wei & Ma 2019, Data-dependent sample complexity of deep neural networks via Lipschitz augmentation',
    ),
    isAbout: isVanilla,
    rate: 'Without a number: the bound depends on how strongly the scores react to each hidden state, Σ_t ‖∂y/∂h_t‖ ‖h_t‖ on the data, and its constants are not established here.',
    assumptions: noAssumptions,
  },
  {
    header: indicator(
      'Eringis-2024',
      'Eringis et al. 2024, AAAI, PAC-Bayes bounds for recurrent networks on dependent data',
    ),
    isAbout: isVanilla,
    rate: 'Without a number: its constants were not extracted. It is the one kind of theorem here that is about a single long series in place of independent sequences, for contracting networks (β < 1).',
    assumptions: noAssumptions,
  },
  {
    header: indicator(
      'SSM-Racz-2025',
      'Rácz et al. 2025, Transactions on Machine Learning Research, on stable linear state space models',
    ),
    isAbout: isLinear,
    rate: 'Without a number: its constants were not extracted. For stable linear recurrences the bound does not grow with the length of the sequences, through ℓ₁ and H₂ norms of the system. The CALC rows are bounds for this network.',
    assumptions: noAssumptions,
  },
  {
    header: indicator('SSM-Liu-Li-2024', 'Liu & Li 2024, on the generalization of state space models'),
    isAbout: isLinear,
    rate: 'Without a number: its constants were not extracted. It is about linear state space models. The CALC rows are bounds for this network.',
    assumptions: noAssumptions,
  },
  {
    header: indicator(
      'SSM-Honarpisheh-2025',
      'Honarpisheh et al. 2025, on the generalization of selective state space models',
    ),
    isAbout: isSelective,
    rate: 'Without a number: it is a rate (Õ). It is about states that are updated linearly, with factors that depend on the inputs alone, as this cell’s are. The CALC rows are bounds for this network.',
    assumptions: noAssumptions,
  },
];
