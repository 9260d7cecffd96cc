import type { CaseInputs } from './caseInputs';
import type { Outputs } from './caseOutputs';
import { bartlettRow, boundThreeRow, golowichRow, growthRow, zhangRow } from './comparisonRows';
import { clopperPearson } from '../numbers/clopperPearson';
import { binaryMarginsRow, classMarginsRow, kappaRow, lipschitzRow, radiusRow } from './elementaryRows';
import { logGeometricSum } from '../numbers/geometricSum';
import { klInverse } from '../numbers/klInverse';
import { calculusRow, normsRow } from './measuredRows';
import { mcAllesterRow, pacBayesMajorantRow, regressionPacBayesRow } from './posteriorRows';
import { theorem2Row, theorem4Row, theorem5Row } from './printedRows';
import { compressionRow, gibbsRow, pacBayesRow, rivasplataRow } from './stochasticRows';
import { dudleyRow, occamRow, rademacherRow, regressionOccamRow, regressionRademacherRow } from './uniformRows';

export type TheoremRow = (inputs: CaseInputs) => Outputs | Promise<Outputs>;

/** What `recurscope theorem` can be asked, by the name of the row; every case of the reference vectors is one of these. */
export const theoremRows: ReadonlyMap<string, TheoremRow> = new Map<string, TheoremRow>([
  ['norms', normsRow],
  ['margins', classMarginsRow],
  ['margins_binary', binaryMarginsRow],
  ['radius', radiusRow],
  ['klinv', (inputs) => ({ p: klInverse(inputs.share('q'), inputs.number('c')) })],
  [
    'heldout_cp',
    (inputs) => ({ bound: clopperPearson(inputs.count('k', 0), inputs.count('n', 0), inputs.confidence('delta')) }),
  ],
  ['pacbayes_kl', pacBayesRow],
  ['gibbs', gibbsRow],
  ['logS', (inputs) => ({ lnS: logGeometricSum(Math.log(inputs.size('beta')), inputs.count('t')) })],
  ['lipschitz', lipschitzRow],
  ['calculus', calculusRow],
  ['kappa_gates', kappaRow],
  ['compression', compressionRow],
  ['rivasplata', rivasplataRow],
  ['T2-printed', theorem2Row],
  ['T4-printed', theorem4Row],
  ['T5-printed', theorem5Row],
  ['T3a-printed', boundThreeRow],
  ['T3b-McAllester', mcAllesterRow],
  ['Bartlett-2017', bartlettRow],
  ['Golowich-2018', golowichRow],
  ['Zhang-2018', zhangRow],
  ['VC', growthRow],
  ['PBM', pacBayesMajorantRow],
  ['T2-fixed', dudleyRow],
  ['T2-Rad1', rademacherRow],
  ['T2-Occam', occamRow],
  ['Occam-long', occamRow],
  ['Rad1-centred', rademacherRow],
  ['Occam-centred', occamRow],
  ['Reg-Rad1', regressionRademacherRow],
  ['Reg-Occam', regressionOccamRow],
  ['Reg-PBM', regressionPacBayesRow],
  ...['T4-fixed', 'GRU-fixed', 'T5-fixed'].flatMap((family): [string, TheoremRow][] => [
    [`${family}-Rad1`, rademacherRow],
    [`${family}-Occam`, occamRow],
    [`${family}-Dudley1`, dudleyRow],
    [`${family}-PBM`, pacBayesMajorantRow],
  ]),
]);
