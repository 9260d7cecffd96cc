import { comparisonRow, type ComparisonAnswer, type ComparisonQuestion } from './comparisonRow';
import { complexityNumber } from '../methods/complexityNumber';
import { chenLiZhao } from './papers';
import { boundThreeAssumptions } from './printedAssumptions';
import { printedTheorem3 } from './printedTheorem3';
import type { RowFamily } from '../row';

/** Bound (3) of Chen, Li & Zhao as printed, which is not sound. */
export const boundThreeRows: RowFamily = ({ cell }) => {
  if (cell !== 'vanilla') return [];
  const source = `${chenLiZhao}, bound (3), as printed: not sound`;
  const header = { id: 'T3a-printed', status: 'printed', p: 2, source } as const;
  const way = { norms: [2], method: 'dudley', whyNot: () => null, answer: boundThree } as const;
  return [{ header, answer: (context) => comparisonRow(context, header, way) }];
};

function boundThree({
  context,
  question,
  network,
  domain,
  training,
  sequences,
  delta,
}: ComparisonQuestion): ComparisonAnswer {
  const { matrices } = question.measured.layers[0]!;
  const columnSums = new Map([
    ...matrices.map(({ parameter, norms }) => [parameter.name, Math.log(norms.norm21)] as const),
    ['V', Math.log(question.measured.readout!.norms.norm21)],
  ]);
  const { inputSize, hiddenSize, outputs, slope, readoutSlope } = network.architecture;
  const norms = new Map(network.blocks.map(({ name, two }) => [name, Math.log(two)]));
  const logInput = Math.log(domain.inputNorm[2]!);
  const { logComplexity, logBeta } = printedTheorem3(
    { inputSize, hiddenSize, outputs, steps: domain.steps, sequences, norms, logInput, slope, readoutSlope },
    columnSums,
  );
  const confidence = 3 * Math.sqrt(Math.log(2 / delta) / (2 * sequences));
  const number = complexityNumber(
    context.losses('ramp', training),
    { logComplexity, confidence },
    {
      lambda: null,
      terms: [
        ['δ, whole: the printed theorem is no part of the split', delta],
        ['log10 β', logBeta / Math.LN10],
        ['m, sequences', sequences],
        ['B_x, largest norm of an input', domain.inputNorm[2]!],
        ['T, longest sequence', domain.steps],
      ],
    },
  );
  return { number, assumptions: boundThreeAssumptions(question, network) };
}
