import type { AnalysisReport, BoundResult, LayerReport } from './report';
import { rowName } from './summary';

/** One figure of a checkpoint and of what training made of it; null where there is none. */
export interface Change {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** Figures that belong together, for people. */
export interface Changes {
  readonly title: string;
  readonly changes: readonly Change[];
}

/** Every figure that two reports about networks of the same structure have, side by side; errors and norms first. */
export function beforeAfter(before: AnalysisReport, after: AnalysisReport): readonly Changes[] {
  return [
    ...errorsAndNorms(before, after),
    { title: 'Margins', changes: margins(before, after) },
    { title: 'Gates: mean activation', changes: gates(before, after, 'mean') },
    { title: 'Gates: share below 0.1', changes: gates(before, after, 'leftSaturated') },
    { title: 'Gates: share above 0.9', changes: gates(before, after, 'rightSaturated') },
    { title: 'Certified bounds', changes: bounds(before, after, 'certified', ({ value }) => value) },
    {
      title: 'Certified bounds, log10 before they are cut at 1',
      changes: bounds(before, after, 'certified', ({ log10 }) => log10),
    },
    { title: 'Printed formulas, log10', changes: bounds(before, after, 'printed', ({ log10 }) => log10) },
  ].filter(({ changes }) => changes.length > 0);
}

/** What one looks at first. */
export const errorsAndNorms = (before: AnalysisReport, after: AnalysisReport): readonly Changes[] => [
  { title: 'Errors', changes: errors(before, after) },
  { title: 'Certified spectral norms (upper ends)', changes: norms(before, after) },
];

function errors({ data: before }: AnalysisReport, { data: after }: AnalysisReport): Change[] {
  return known([
    { name: 'training error', before: before?.trainingError ?? null, after: after?.trainingError ?? null },
    { name: 'held-out error', before: before?.heldOutError ?? null, after: after?.heldOutError ?? null },
    ...(['training', 'heldOut'] as const).flatMap((part) =>
      (['squared', 'absolute'] as const).map((kind) => ({
        name: `${part === 'training' ? 'training' : 'held-out'} mean ${kind} error`,
        before: before?.regression?.[part]?.[kind] ?? null,
        after: after?.regression?.[part]?.[kind] ?? null,
      })),
    ),
  ]);
}

/** "U_f", or "U_f of layer1" where there are several layers. */
const named = (name: string, layer: LayerReport, { layers }: AnalysisReport): string =>
  layers.length === 1 ? name : `${name} of ${layer.name}`;

function norms(before: AnalysisReport, after: AnalysisReport): Change[] {
  const readout = { before: before.readout?.matrix, after: after.readout?.matrix };
  return known([
    ...before.layers.flatMap((layer, k) =>
      layer.matrices.map((matrix, j) => ({
        name: named(matrix.name, layer, before),
        before: matrix.spectralNorm.upper,
        after: after.layers[k]?.matrices[j]?.spectralNorm.upper ?? null,
      })),
    ),
    { name: 'V', before: readout.before?.spectralNorm.upper ?? null, after: readout.after?.spectralNorm.upper ?? null },
  ]);
}

function margins({ margins: before }: AnalysisReport, { margins: after }: AnalysisReport): Change[] {
  return (before?.quantiles ?? []).map(({ probability, value }, k) => ({
    name: `${100 * probability} % quantile`,
    before: value,
    after: after?.quantiles[k]?.value ?? null,
  }));
}

function gates(
  before: AnalysisReport,
  after: AnalysisReport,
  figure: 'mean' | 'leftSaturated' | 'rightSaturated',
): Change[] {
  return known(
    before.layers.flatMap((layer, k) =>
      layer.gates.map((gate, j) => ({
        name: named(gate.gate, layer, before),
        before: gate[figure],
        after: after.layers[k]?.gates[j]?.[figure] ?? null,
      })),
    ),
  );
}

function bounds(
  before: AnalysisReport,
  after: AnalysisReport,
  status: BoundResult['status'],
  figure: (row: BoundResult) => number | null,
): Change[] {
  const rows = new Map([...before.bounds, ...after.bounds].map((row) => [rowName(row), row]));
  const of = (report: AnalysisReport, name: string): number | null => {
    const row = report.bounds.find((candidate) => rowName(candidate) === name && candidate.status === status);
    return row ? figure(row) : null;
  };
  return known([...rows.keys()].map((name) => ({ name, before: of(before, name), after: of(after, name) })));
}

const known = (changes: readonly Change[]): Change[] =>
  changes.filter(({ before, after }) => before !== null || after !== null);
