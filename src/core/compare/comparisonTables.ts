import { roundedUp } from '../roundedUp';
import { rowName } from '../summary';
import type { ComparedCheckpoint, Comparison } from './comparison';
import type { Correlation } from './kendall';

/** A table for people: one heading, rows of as many cells. */
export interface Table {
  readonly title: string;
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A comparison as two tables: the checkpoints, and the measures with their correlations. */
export function comparisonTables({ task, checkpoints, measures }: Comparison): readonly Table[] {
  const hasGaps = measures.some(({ withGap, withHeldOut }) => withGap ?? withHeldOut);
  const error = task === 'regression' ? number : percent;
  return [
    {
      title: 'Checkpoints',
      heading: ['', 'checkpoint', 'weights', 'training error', 'held-out error', 'gap', 'best certified bound'],
      rows: checkpoints.map((each) => [
        each.letter,
        each.name,
        each.parameters.toLocaleString('en-US'),
        ...[each.trainingError, each.heldOutError, each.gap].map((value) => (value === null ? '–' : error(value))),
        bestText(each),
      ]),
    },
    {
      title: hasGaps ? 'Measures, by their Kendall τ with the gap' : 'Measures',
      heading: [
        'measure',
        'kind',
        ...(hasGaps ? ['τ, gap', 'p', 'τ, held-out error', 'p'] : []),
        'from small to large',
      ],
      rows: measures.map(({ name, kind, withGap, withHeldOut, order }) => [
        name,
        kind,
        ...(hasGaps ? [withGap, withHeldOut].flatMap((found) => correlationCells(found, checkpoints.length)) : []),
        order,
      ]),
    },
  ];
}

function bestText({ best }: ComparedCheckpoint): string {
  if (!best) return '–';
  return `${best.value >= 1 ? '1 (vacuous)' : roundedUp(best.value, 4)} (${rowName(best)})`;
}

/** Where a measure has no value for some checkpoints, over how many the τ is. */
function correlationCells(found: Correlation | null, checkpoints: number): [string, string] {
  if (!found) return ['–', ''];
  const few = found.count < checkpoints ? ` (of ${found.count})` : '';
  return [found.tau.toFixed(2) + few, String(Number(found.pValue.toPrecision(2)))];
}

const number = (value: number): string => String(Number(value.toPrecision(4)));
const percent = (share: number): string => `${Number((100 * share).toPrecision(4))} %`;
