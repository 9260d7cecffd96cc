import { certifiedRow, classRow } from './certifiedRow';
import { entrywiseClass } from './classes/entrywiseClass';
import { entrywiseNumber } from './methods/entrywiseNumber';
import { sequenceCount } from './margins/margins';
import { chenLiZhao } from './literature/papers';
import type { Row, RowFamily, RowHeader } from './row';
import type { RowContext } from './rowContext';
import { whyInapplicable } from './whyNoNumber';

/**
 * T3a (theory 2.1), of vanilla networks: bound (3) of Chen, Li & Zhao repaired, and the rows Rad1 and Occam with the better of
 * two covers for each block. In the Euclidean norm only, which is where that cover of matrices is small.
 */
export const entrywiseRows: RowFamily = ({ cell }) =>
  cell === 'vanilla'
    ? [
        row('T3a-fixed', 'bound (3), repaired', (context, header) =>
          classRow(context, header, bounded(context), {
            isAboutPopulation: false,
            whyInapplicable: (outputs, question) => whyInapplicable('dudley', outputs, question),
            sequences: ({ training }) => training && sequenceCount(training),
            number: (setting, { training }) =>
              entrywiseNumber({ ...setting, losses: context.losses('ramp', training!) }),
          }),
        ),
        row(
          'T3a-mix-Rad1',
          'Rademacher complexity with one level of chaining over the better of two covers',
          (context, header) => certifiedRow(context, header, 'rademacher', bounded(context)),
        ),
        row('T3a-mix-Occam', 'a Chernoff bound over the better of two finite covers', (context, header) =>
          certifiedRow(context, header, 'occam', bounded(context)),
        ),
      ]
    : [];

function row(
  id: string,
  title: string,
  answer: (context: RowContext, header: RowHeader) => ReturnType<Row['answer']>,
): Row {
  const header = { id, status: 'certified', p: 2, source: `${chenLiZhao}: ${title}` } as const;
  return { header, answer: (context) => answer(context, header) };
}

function bounded(context: RowContext): ReturnType<typeof entrywiseClass> {
  const theorem = context.theorem();
  return typeof theorem === 'string' ? theorem : entrywiseClass(context.question, theorem);
}
