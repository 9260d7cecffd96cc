import { isMisread } from '../analyze';
import { Problem } from '../problem';
import type { AnalysisReport } from '../report';
import { bestCertified } from '../summary';
import { comparisonNotes } from './comparisonNotes';
import { kendall, type Correlation } from './kendall';
import { heldOutError, measuresOf, trainingError, type MeasureKind } from './measures';

/** Several checkpoints of the same task, by every measure. The JSON form is a contract: other tools read it. */
export interface Comparison {
  tool: AnalysisReport['tool'];
  task: 'classification' | 'regression' | null;
  /** In the order of their held-out errors, the smallest first; where these are not known, as they were given. */
  checkpoints: ComparedCheckpoint[];
  /** The measures that say most about the gap come first; those without a correlation last. */
  measures: ComparedMeasure[];
  notes: string[];
}

export interface ComparedCheckpoint {
  /** A, B, …, by which orders are written. */
  letter: string;
  name: string;
  sha256: string;
  parameters: number;
  trainingSequences: number | null;
  heldOutSequences: number | null;
  /** Share of errors; of a regression the mean distance, or its mean square where that is the declared loss. */
  trainingError: number | null;
  heldOutError: number | null;
  /** Held-out error less training error. */
  gap: number | null;
  /** The smallest certified bound. */
  best: { id: string; p: 2 | 'inf' | null; value: number } | null;
}

export interface ComparedMeasure {
  name: string;
  kind: MeasureKind;
  /** One for each checkpoint; null where there is none. */
  values: (number | null)[];
  /** The letters from the smallest value to the largest: "B A = C"; those without a value are left out. */
  order: string;
  /** Kendall's τ-b with the gap and with the held-out error; null where one of the two does not vary or is not known. */
  withGap: Correlation | null;
  withHeldOut: Correlation | null;
}

export interface NamedReport {
  readonly name: string;
  readonly report: AnalysisReport;
}

/**
 * Compares checkpoints by their reports.
 *
 * @throws Problem where there are fewer than two, one was misread, or their tasks differ.
 */
export function compare(reports: readonly NamedReport[]): Comparison {
  requireComparable(reports);
  const sorted = reports.toSorted(byHeldOutError);
  const checkpoints = sorted.map(comparedCheckpoint);
  const measures = comparedMeasures(sorted, checkpoints);
  const { tool, data } = sorted[0]!.report;
  const known = { tool, task: data?.task ?? null, checkpoints, measures };
  return { ...known, notes: comparisonNotes(known) };
}

/** Those whose error is not known come last. */
function byHeldOutError(a: NamedReport, b: NamedReport): number {
  const [first, second] = [a, b].map(({ report }) => heldOutError(report) ?? Infinity);
  return first === second ? 0 : first! - second!;
}

function requireComparable(reports: readonly NamedReport[]): void {
  if (reports.length < 2) throw new Problem('A comparison needs at least two checkpoints: name more of them.');
  for (const { name, report } of reports) {
    if (isMisread(report)) {
      throw new Problem(
        `${name} was misread, so its numbers mean nothing here: analyze it alone to see why, or leave it out.`,
      );
    }
  }
  const taskOf = ({ report: { data } }: NamedReport): string => {
    if (!data?.task) return 'no labels';
    if (data.task === 'classification') return `a classification into ${data.classes ?? 'unknown'} classes`;
    return `a regression of ${data.regression?.outputs ?? 'unknown'} numbers with the ${data.regression?.loss ?? 'absolute'} loss`;
  };
  const [first] = reports;
  const other = reports.find((each) => taskOf(each) !== taskOf(first!));
  if (!other) return;
  throw new Problem(
    `${first!.name} has ${taskOf(first!)}, and ${other.name} ${taskOf(other)}: compare checkpoints of one task on the same data.`,
  );
}

function comparedCheckpoint({ name, report }: NamedReport, k: number): ComparedCheckpoint {
  const best = bestCertified(report.bounds);
  const [training, heldOut] = [trainingError(report), heldOutError(report)];
  return {
    ...{ letter: letterOf(k), name, sha256: report.checkpoint.sha256, parameters: report.checkpoint.parameters },
    trainingSequences: report.data?.trainingSequences ?? null,
    heldOutSequences: report.data?.heldOutSequences ?? null,
    ...{ trainingError: training, heldOutError: heldOut },
    gap: training === null || heldOut === null ? null : heldOut - training,
    best: best && { id: best.id, p: best.p, value: best.value },
  };
}

/** A … Z, AA, AB, … */
const letterOf = (k: number): string =>
  (k < 26 ? '' : letterOf(Math.floor(k / 26) - 1)) + String.fromCharCode(65 + (k % 26));

function comparedMeasures(
  reports: readonly NamedReport[],
  checkpoints: readonly ComparedCheckpoint[],
): ComparedMeasure[] {
  const known = reports.map(({ report }) => new Map(measuresOf(report).map((each) => [each.name, each])));
  const names = new Map(known.flatMap((each) => [...each].map(([name, { kind }]) => [name, kind] as const)));
  const measures = [...names].flatMap(([name, kind]): ComparedMeasure[] => {
    const values = known.map((each) => each.get(name)?.value ?? null);
    if (values.every((value) => value === null)) return [];
    const against = (of: (each: ComparedCheckpoint) => number | null): Correlation | null =>
      correlation(values, checkpoints.map(of));
    const order = orderOf(values, checkpoints);
    // The gap is made of the training error, so their order is no finding.
    const withGap = name === 'training error' ? null : against(({ gap }) => gap);
    return [{ name, kind, values, order, withGap, withHeldOut: against((each) => each.heldOutError) }];
  });
  const most = measures.reduce((largest, { withGap }) => Math.max(largest, withGap?.count ?? 0), 0);
  // A τ over fewer checkpoints than others does not lead the list.
  const rank = ({ withGap }: ComparedMeasure): number => (withGap ? withGap.tau - (withGap.count < most ? 2 : 0) : -4);
  return measures.toSorted((a, b) => rank(b) - rank(a));
}

/** Over the checkpoints that have both numbers. */
function correlation(x: readonly (number | null)[], y: readonly (number | null)[]): Correlation | null {
  const both = x.flatMap((value, k) => (value === null || y[k] === null ? [] : [[value, y[k]!] as const]));
  return kendall(
    both.map(([value]) => value),
    both.map(([, value]) => value),
  );
}

function orderOf(values: readonly (number | null)[], checkpoints: readonly ComparedCheckpoint[]): string {
  const known = values.flatMap((value, k) => (value === null ? [] : [{ value, letter: checkpoints[k]!.letter }]));
  return known
    .toSorted((a, b) => a.value - b.value)
    .map(({ value, letter }, k, all) => (k === 0 ? letter : `${all[k - 1]!.value === value ? '= ' : ''}${letter}`))
    .join(' ');
}
