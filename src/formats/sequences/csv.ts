import { parse } from 'csv-parse/sync';
import { Problem } from '../../core/problem';
import type { Row } from './rows';

/**
 * Reads sequences from a CSV table with a header, one row a step:
 *
 *     sequence,step,temperature,pressure,label,holdout
 *     a,0,21.5,1.01,0,0
 *     a,1,21.7,1.02,0,0
 *     b,0,19.0,0.98,1,1
 *
 * `sequence` names the sequence a row belongs to, `step` orders its rows (any numbers, none twice). Every other column is
 * a feature, in the order of the columns, except `label` (the same in all rows of a sequence, or blank), `step_label` (one
 * a row) and `holdout` (0 or 1, the same in all rows of a sequence). Sequences keep the order in which they appear.
 *
 * @throws Problem naming the line or the sequence.
 */
export function readCsv(text: string, fileName: string): Row[] {
  const [header = [], ...lines] = parseTable(text, fileName);
  const columns = columnsOf(header, fileName);
  const groups = new Map<string, { step: number; line: number; cells: readonly string[] }[]>();
  lines.forEach((cells, index) => {
    const line = index + 2;
    const step = numberIn(cells[columns.step], 'step', line, fileName);
    const name = cells[columns.sequence] ?? '';
    const group = groups.get(name);
    if (group) group.push({ step, line, cells });
    else groups.set(name, [{ step, line, cells }]);
  });
  return [...groups].map(([name, steps]): Row => {
    const place = `sequence "${name}"`;
    steps.sort((a, b) => a.step - b.step);
    const twice = steps.find(({ step }, k) => k > 0 && steps[k - 1]!.step === step);
    if (twice) throw new Problem(`In ${fileName}, line ${twice.line} repeats the step ${twice.step} of ${place}.`);
    const held = theOne(
      steps.map(({ cells }) => cells[columns.holdout]),
      'holdout',
      place,
      fileName,
    );
    if (held !== null && held !== 0 && held !== 1)
      throw new Problem(`In ${fileName}, ${place} has the holdout ${held}; write 0 or 1.`);
    return {
      features: steps.map(({ cells, line }) =>
        columns.features.map((column) => numberIn(cells[column], header[column] ?? '', line, fileName)),
      ),
      label:
        columns.stepLabel >= 0
          ? steps.map(({ cells, line }) => numberIn(cells[columns.stepLabel], 'step_label', line, fileName))
          : theOne(
              steps.map(({ cells }) => cells[columns.label]),
              'label',
              place,
              fileName,
            ),
      holdout: held === null ? null : held === 1,
      place,
    };
  });
}

function parseTable(text: string, fileName: string): string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Problem(`${fileName} is not a proper CSV table: ${why}.`, { cause: error });
  }
}

interface Columns {
  readonly sequence: number;
  readonly step: number;
  /** −1 when there is no such column, like the next two. */
  readonly label: number;
  readonly stepLabel: number;
  readonly holdout: number;
  readonly features: readonly number[];
}

function columnsOf(header: readonly string[], fileName: string): Columns {
  const at = (name: string) => header.indexOf(name);
  const columns = {
    sequence: at('sequence'),
    step: at('step'),
    label: at('label'),
    stepLabel: at('step_label'),
    holdout: at('holdout'),
  };
  const features = header.flatMap((_, column) => (Object.values(columns).includes(column) ? [] : [column]));
  if (columns.sequence < 0 || columns.step < 0 || features.length === 0) {
    throw new Problem(
      `${fileName} needs a header with the columns "sequence", "step" and at least one feature; it has ${header.join(', ') || 'none'}.`,
    );
  }
  if (columns.label >= 0 && columns.stepLabel >= 0)
    throw new Problem(`${fileName} has both a label and a step_label column; keep one.`);
  return { ...columns, features };
}

function numberIn(cell: string | undefined, column: string, line: number, fileName: string): number {
  const value = cell === undefined || cell === '' ? NaN : Number(cell);
  if (Number.isFinite(value)) return value;
  throw new Problem(
    `In ${fileName}, line ${line} has "${cell ?? ''}" in the column ${column}, where a number is expected.`,
  );
}

/** The one number that the cells of a sequence agree on, blanks aside; null when all are blank. */
function theOne(
  cells: readonly (string | undefined)[],
  column: string,
  place: string,
  fileName: string,
): number | null {
  const [first, other] = [...new Set(cells.filter((cell) => cell !== undefined && cell !== ''))];
  if (other !== undefined)
    throw new Problem(`In ${fileName}, the rows of ${place} disagree on the column ${column}: ${first} and ${other}.`);
  if (first === undefined) return null;
  const value = Number(first);
  if (Number.isFinite(value)) return value;
  throw new Problem(`In ${fileName}, ${place} has "${first}" in the column ${column}, where a number is expected.`);
}
