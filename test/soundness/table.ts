import type { Setting } from './simulate';
import type { RowTally } from './tally';

/** So many violations that the row is wrong: by chance it happens to one row in a million. */
export const wasCaught = ({ tail }: RowTally): boolean => tail < 1e-6;

/** The rows of one setting, in Markdown. */
export function simulationText({ name, description, training, heldOut }: Setting, rows: readonly RowTally[]): string {
  return [
    `## ${capital(name)}\n`,
    `${capital(description)}; ${count(training)} training and ${count(heldOut)} held-out sequences.\n`,
    ...markdown(
      ['row', 'runs', 'below 1', 'violations', 'share', 'tail', 'smallest', 'closest', 'slack'],
      rows.map((row) => [
        nameOf(row),
        count(row.runs),
        count(row.useful),
        count(row.violations),
        short(row.share),
        short(row.tail),
        short(row.smallest),
        short(row.closest),
        row.slack === Infinity ? '–' : short(row.slack),
      ]),
    ),
    '',
  ].join('\n');
}

/** Which wrong theories were caught, in Markdown: `exaggerated[k]` believed in `times[k]` times as many sequences. */
export function sensitivityText(
  times: readonly number[],
  exaggerated: readonly (readonly RowTally[])[],
  without: readonly RowTally[],
): string {
  const heldOut = without.find(({ id }) => id === 'held-out')!;
  return [
    `A held-out row that is given the sequences by which the network was chosen fails in ${heldOut.violations} of ${heldOut.runs} runs, where ${short(heldOut.share)} of them are allowed.\n`,
    'Violations where a row believes that there are so many times as many sequences as there are; caught ones are bold.\n',
    ...markdown(
      ['row', ...times.map((factor) => `${count(factor)} ×`)],
      exaggerated[0]!.map((row, k) => [
        nameOf(row),
        ...exaggerated.map((rows) => {
          const text = `${rows[k]!.violations} of ${rows[k]!.runs}`;
          return wasCaught(rows[k]!) ? `**${text}**` : text;
        }),
      ]),
    ),
    ...uncaught(exaggerated),
    '',
  ].join('\n');
}

/** Rows so loose that no simulation of this size can say anything about them: the tests of their formulas have to. */
function uncaught(exaggerated: readonly (readonly RowTally[])[]): string[] {
  const names = exaggerated[0]!.flatMap((row, k) =>
    exaggerated.some((rows) => wasCaught(rows[k]!)) ? [] : [nameOf(row)],
  );
  return names.length === 0 ? [] : [`\nToo loose in this setting for any mistake to be noticed: ${names.join('; ')}.`];
}

const markdown = (heading: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [heading, heading.map((_, k) => (k === 0 ? ':--' : '--:')), ...rows].map((row) => `| ${row.join(' | ')} |`);

const nameOf = ({ id, p }: RowTally): string => (p === null ? id : `${id}, ${p === 'inf' ? '∞' : p}`);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const count = (value: number): string => value.toLocaleString('en-US');
const short = (value: number): string => String(Number(value.toPrecision(3)));
