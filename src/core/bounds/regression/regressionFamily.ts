import { classRow } from '../certifiedRow';
import type { CellKind, Norm } from '../classes/networkClass';
import { exceedanceOccamNumber, exceedancePacBayesNumber } from './exceedanceRows';
import type { RegressionQuestion } from './regressionQuestion';
import { lossOccamNumber, lossPacBayesNumber, lossRademacherNumber } from './regressionRows';
import { calculusConstants } from '../calculusRows';
import type { Row, RowFamily } from '../row';
import type { RowNumber } from '../rowAnswer';
import type { RowContext } from '../rowContext';
import { theorems } from '../theoremRows';
import { whyUnfitScores } from '../whyNoNumber';

interface RegressionWay {
  readonly id: string;
  readonly norms: readonly Norm[];
  readonly title: string;
  readonly isAboutPopulation: boolean;
  readonly number: (question: RegressionQuestion) => RowNumber | string;
}

const bounded = 'a bounded Lipschitz loss';
const beyond = 'the probability of being off by more than a';

const ways: readonly RegressionWay[] = [
  {
    id: 'Reg-Rad1',
    norms: [2, 'inf'],
    title: `Rademacher complexity of ${bounded} with one level of chaining`,
    isAboutPopulation: false,
    number: lossRademacherNumber,
  },
  {
    id: 'Reg-Occam',
    norms: [2, 'inf'],
    title: `A Chernoff bound over a finite cover for ${bounded}`,
    isAboutPopulation: true,
    number: lossOccamNumber,
  },
  {
    id: 'Reg-PBM',
    norms: [2],
    title: `PAC-Bayes with Gaussian noise for ${bounded}`,
    isAboutPopulation: true,
    number: lossPacBayesNumber,
  },
  {
    id: 'Reg-exceed-Occam',
    norms: [2, 'inf'],
    title: `A Chernoff bound over a finite cover for ${beyond}`,
    isAboutPopulation: true,
    number: exceedanceOccamNumber,
  },
  {
    id: 'Reg-exceed-PBM',
    norms: [2],
    title: `PAC-Bayes with Gaussian noise for ${beyond}`,
    isAboutPopulation: true,
    number: exceedancePacBayesNumber,
  },
];

const prefixes: Readonly<Record<CellKind, string>> = {
  vanilla: '',
  mgu: 'T4-fixed-',
  gru_before: 'GRU-fixed-',
  gru_after: 'GRU-fixed-',
  lstm: 'T5-fixed-',
};

/** The certified rows about numeric labels (theory 1.8), of the theorem about the cell and of the majorant calculus. */
export const regressionRows: RowFamily = ({ cell, hasCalculus }) => [
  ...(cell === null ? [] : rowsAbout(prefixes[cell], theorems[cell][1], ({ theorem }) => theorem())),
  ...(hasCalculus ? rowsAbout('CALC-', calculusConstants, ({ calculus }) => calculus()) : []),
];

function rowsAbout(
  prefix: string,
  constants: string,
  boundedClass: (context: RowContext) => ReturnType<RowContext['theorem']>,
): readonly Row[] {
  return ways.flatMap(({ id, norms, title, isAboutPopulation, number }) =>
    norms.map((p): Row => {
      const source = `${title}, with the constants of ${constants}`;
      const header = { id: `${prefix}${id}`, status: 'certified', p, source } as const;
      return {
        header,
        answer: (context) =>
          classRow(context, header, boundedClass(context), {
            isAboutPopulation,
            whyInapplicable: whyUnfitScores,
            sequences: ({ regression }) => regression?.training?.sequences ?? null,
            number: (setting, { regression, everyStep }) => number({ ...setting, sample: regression!, everyStep }),
          }),
      };
    }),
  );
}
