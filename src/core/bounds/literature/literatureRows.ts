import type { BoundedNetwork } from '../classes/boundedNetwork';
import { comparisonRow, type ComparisonAnswer, type ComparisonQuestion, type ComparisonWay } from './comparisonRow';
import { marginLoss } from '../margins/margins';
import { agreementAssumption, independence } from '../rowAssumptions';
import type { Row, RowFamily, RowHeader } from '../row';
import { gammaGrid } from '../classes/selectionCost';
import { logTuSum } from './tuHeTao';
import { growthBound, logGrowth, sigmoidWeights } from './vapnikChervonenkis';
import { zhangLeiDhillon } from './zhangLeiDhillon';

/** Formulas of other papers about a vanilla layer that are no certificates: printed ones, and indicators. */
export const literatureRows: RowFamily = ({ cell }) =>
  cell !== 'vanilla'
    ? []
    : [
        row(
          {
            id: 'Zhang-2018',
            status: 'indicator',
            p: 2,
            source:
              'Zhang, Lei & Dhillon 2018, Stabilizing gradients for deep neural networks: the rate with the constant 1',
          },
          { norms: [2], method: 'rademacher', whyNot: () => null, answer: zhang },
        ),
        row(
          {
            id: 'VC',
            status: 'indicator',
            p: null,
            source:
              'Karpinski & Macintyre 1997; Anthony & Bartlett 1999, Theorem 8.13, of the network unrolled in time',
          },
          { norms: [2], method: 'rademacher', whyNot: whyNotGrowth, answer: vapnikChervonenkis },
        ),
        row(
          {
            id: 'Tu-2020',
            status: 'printed',
            p: 'inf',
            source: 'Tu, He & Tao 2020, Understanding generalization in recurrent neural networks, as printed',
          },
          { norms: ['inf'], method: 'rademacher', whyNot: whyNotTu, answer: tuHeTao },
        ),
      ];

const row = (header: RowHeader, way: ComparisonWay): Row => ({
  header,
  answer: (context) => comparisonRow(context, header, way),
});

const logNorms = ({ blocks }: BoundedNetwork) => new Map(blocks.map(({ name, two }) => [name, Math.log(two)]));

const sizes = ({ network: { architecture }, domain, sequences }: ComparisonQuestion) => {
  const { inputSize, hiddenSize, outputs } = architecture;
  return { inputSize, hiddenSize, outputs, steps: domain.steps, sequences };
};

/** The rate at the γ that half of the margins exceed: a measure of complexity, the training loss left out. */
function zhang(asked: ComparisonQuestion): ComparisonAnswer {
  const { context, question, network, domain, training, sequences } = asked;
  const losses = context.losses('margin', training);
  const place = Math.max(
    0,
    losses.findLastIndex((loss) => loss <= 1 / 2),
  );
  const gamma = gammaGrid[place]!;
  const atOne = zhangLeiDhillon({ ...sizes(asked), norms: logNorms(network) });
  const log = atOne - Math.log(gamma);
  return {
    number: {
      ...{ bound: Math.exp(log), log10: log / Math.LN10, gamma, lambda: null, nats: null },
      terms: [
        ['empirical margin loss at γ, not part of the number', losses[place]!],
        ['log10 of the rate at γ = 1', atOne / Math.LN10],
        ['m, sequences', sequences],
        ['T, longest sequence', domain.steps],
      ],
    },
    assumptions: [
      ...inGeneral(question),
      {
        text: 'The paper gives a rate and no constant: 1 is put in its place, and γ is the largest of the grid that half of the margins exceed. T3b-McAllester is a bound of that kind with its constants.',
        state: 'violated',
      },
    ],
  };
}

function vapnikChervonenkis(asked: ComparisonQuestion): ComparisonAnswer {
  const { question, training, sequences, delta } = asked;
  const weights = sigmoidWeights(sizes(asked));
  const assumptions = [
    ...inGeneral(question),
    {
      text: 'The growth function is that of Theorem 8.13, which was written down from memory and not checked against the book.',
      state: 'unknown',
    } as const,
  ];
  if (2 * sequences < weights) {
    return {
      number: `The growth function needs at least half as many sequences as the network has weights, ${Math.ceil(weights / 2)}.`,
      assumptions,
    };
  }
  const error = marginLoss(training, 0);
  const logCount = logGrowth(sizes(asked), 2 * sequences);
  const bound = growthBound(error, logCount, sequences, delta);
  return {
    number: {
      ...{ bound, log10: Math.log10(bound), gamma: null, lambda: null, nats: null },
      terms: [
        ['training error', error],
        ['log10 of ln Π(2m)', Math.log10(logCount)],
        ['W, weights', weights],
        ['k, units of the unrolled network', asked.domain.steps * asked.network.architecture.hiddenSize + 1],
        ['m, sequences', sequences],
        ['δ, whole: the row is no part of the split', delta],
        ['T, longest sequence', asked.domain.steps],
      ],
    },
    assumptions,
  };
}

const whyNotGrowth = ({ architecture: { cap } }: BoundedNetwork): string | null =>
  cap === Infinity
    ? 'The formula is about units with a sigmoid or tanh. Of relu networks with w weights and t steps only the order of the dimension is known here: between w t and w² t (Koiran & Sontag 1998).'
    : null;

function tuHeTao({ question, network, domain }: ComparisonQuestion): ComparisonAnswer {
  const norm = (name: string): number => network.blocks.find((block) => block.name === name)!.inf;
  const logSum = logTuSum(Math.log(norm('U')), domain.steps);
  const { outputs } = network.architecture;
  const second = Math.log(4 * outputs * norm('V') * norm('W') * domain.inputNorm.inf!) + logSum;
  return {
    number:
      'Without a number: R ≤ ramp + (4K/α)(r ‖X‖_F λ_min^(−1/2)/(2n) + β_V β_W ‖Xᵀ‖₁ Λ/n) + 3 √(ln(2/δ)/(2n)) needs the smallest eigenvalue λ_min of the second moments of whole sequences, and the Fisher–Rao norm r, of the population. A sample does not show either.',
    terms: [
      ['‖V‖_∞', norm('V')],
      ['‖W‖_∞, of the inputs', norm('W')],
      ['‖U‖_∞, of the recurrence', norm('U')],
      ['log10 Λ', logSum / Math.LN10],
      ['log10 of the second term at α = 1, every |x| at its largest', second / Math.LN10],
      ['T, longest sequence', domain.steps],
    ],
    assumptions: [
      ...inGeneral(question),
      {
        text: 'The bound falls with more sequences. Its second term does not, as ‖Xᵀ‖₁ is a sum over them, and nothing cancels; T2-Rad1 falls with 1/√m.',
        state: 'violated',
        gap: 'G15',
      },
    ],
  };
}

function whyNotTu({ architecture: { cap }, blocks }: BoundedNetwork, question: ComparisonQuestion['question']) {
  if (cap !== Infinity) return 'The theorem is about relu.';
  if (question.checkpoint.readout?.steps !== 'last') return 'The theorem is about the last score of a sequence.';
  return blocks.some(({ columns }) => columns === null) ? 'The theorem is about networks without biases.' : null;
}

const inGeneral = (question: ComparisonQuestion['question']) => [independence(question), agreementAssumption(question)];
