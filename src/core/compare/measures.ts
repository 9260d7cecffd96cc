import type { AnalysisReport, BoundResult, NormsReport } from '../report';
import { rowName } from '../summary';

export type MeasureKind = 'certified' | 'printed' | 'indicator' | 'norm' | 'margin' | 'size';

/** A number that might say how well a network generalizes; the larger, the worse. */
export interface Measure {
  readonly name: string;
  readonly kind: MeasureKind;
  readonly value: number | null;
}

/** Every measure of one report; reports of one family of networks have the same ones. */
export function measuresOf(report: AnalysisReport): readonly Measure[] {
  const norms = normMeasures(matricesOf(report));
  return [
    ...report.bounds.flatMap((row) => boundMeasure(row, report)),
    ...norms,
    ...marginMeasures(report, norms),
    { name: 'number of weights', kind: 'size', value: report.checkpoint.parameters },
    { name: 'training error', kind: 'margin', value: trainingError(report) },
  ];
}

/**
 * log10 of a bound before it is clipped, so that vacuous bounds have an order too. A bound by kl⁻¹ never exceeds 1: at 1 it goes on
 * with 1 + nats a sequence. The held-out row is none: it is made of the very error that measures are compared with.
 */
function boundMeasure(row: BoundResult, { data }: AnalysisReport): Measure[] {
  const { id, status, log10, nats } = row;
  if (status === 'notApplicable' || id.startsWith('held-out')) return [];
  const sequences = data?.trainingSequences ?? 0;
  const value =
    log10 !== null && log10 >= 0 && nats !== null ? Math.log10(Math.max(1, 10 ** log10) + nats / sequences) : log10;
  return [{ name: `log10 of ${rowName(row)}`, kind: status, value }];
}

/** Of classifications the share of errors, of regressions the mean of what their loss is cut from. */
export function trainingError({ data }: AnalysisReport): number | null {
  const { loss, training = null } = data?.regression ?? { loss: 'absolute' as const };
  return data?.trainingError ?? training?.[loss] ?? null;
}

export function heldOutError({ data }: AnalysisReport): number | null {
  const { loss, heldOut = null } = data?.regression ?? { loss: 'absolute' as const };
  return data?.heldOutError ?? heldOut?.[loss] ?? null;
}

/** Every learned matrix as it is applied, the readout's included. */
const matricesOf = ({ layers, readout }: AnalysisReport): readonly NormsReport[] => [
  ...layers.flatMap(({ matrices }) => matrices),
  ...(readout?.matrix ? [readout.matrix] : []),
];

/** Products stand as log10, which has the same order. */
function normMeasures(matrices: readonly NormsReport[]): readonly Measure[] {
  const sum = (of: (matrix: NormsReport) => number): number => matrices.reduce((total, each) => total + of(each), 0);
  const product = (of: (matrix: NormsReport) => number): number => sum((each) => Math.log10(of(each)));
  const spectral = (each: NormsReport): number => each.spectralNorm.upper;
  const logSpectral = product(spectral);
  const values: readonly (readonly [name: string, value: number])[] = [
    ['log10 Π ‖A‖₂', logSpectral],
    ['log10 Π ‖A‖_F', product(({ frobeniusNorm }) => frobeniusNorm)],
    ['log10 Π ‖A‖_∞', product(({ infinityNorm }) => infinityNorm)],
    // Bartlett, Foster & Telgarsky 2017, equation 1.2, without the unrolling.
    [
      'log10 of the spectral complexity',
      logSpectral + 1.5 * Math.log10(sum((each) => (each.norm21 / spectral(each)) ** (2 / 3))),
    ],
    ['Σ ‖A‖₂²', sum((each) => spectral(each) ** 2)],
    ['Σ ‖A‖_F²', sum(({ frobeniusNorm }) => frobeniusNorm ** 2)],
    ['Σ ‖A‖_{2,1}', sum(({ norm21 }) => norm21)],
    ['Σ of stable ranks', sum(({ stableRank }) => stableRank ?? 0)],
  ];
  return values.map(([name, value]) => ({ name, kind: 'norm', value: Number.isFinite(value) ? value : null }));
}

function marginMeasures({ layers, readout, margins }: AnalysisReport, norms: readonly Measure[]): readonly Measure[] {
  const recurrent = layers.flatMap(({ matrices }) => matrices.filter(({ role }) => role === 'recurrent'));
  const largest = recurrent.reduce((most, { spectralNorm }) => Math.max(most, spectralNorm.upper), 0);
  const quantile = (probability: number): number | null =>
    margins?.quantiles.find((each) => each.probability === probability)?.value ?? null;
  const perMargin = (name: string, probability: number, words: string): Measure => {
    const margin = quantile(probability);
    const norm = norms.find((each) => each.name === name)?.value ?? null;
    const value = margin !== null && margin > 0 && norm !== null ? norm - Math.log10(margin) : null;
    return { name: `${name} by the ${words}`, kind: 'margin', value };
  };
  const words = [[0.5, 'median margin'], [0.05, 'margin that 5 % do not reach']] as const; // prettier-ignore
  return [
    { name: 'largest ‖U‖₂ (β of a vanilla cell)', kind: 'norm', value: recurrent.length === 0 ? null : largest },
    { name: '‖V‖₂ of the readout', kind: 'norm', value: readout?.matrix?.spectralNorm.upper ?? null },
    { name: 'minus the mean margin', kind: 'margin', value: margins ? -margins.mean : null },
    {
      name: 'minus the mean margin by its deviation',
      kind: 'margin',
      value: margins && margins.standardDeviation > 0 ? -margins.mean / margins.standardDeviation : null,
    },
    ...words.flatMap(([probability, text]) =>
      ['log10 Π ‖A‖₂', 'log10 Π ‖A‖_F', 'log10 of the spectral complexity'].map((name) =>
        perMargin(name, probability, text),
      ),
    ),
  ];
}
