import { savedOf, sequencesText } from '../core/explain/explanationText';
import { shownCosts } from '../core/explain/shownCosts';
import type {
  AnalysisReport,
  BoundResult,
  DataReport,
  ExplanationReport,
  LayerReport,
  RegressionErrors,
  RegressionReport,
} from '../core/report';
import { mapTexts, printable } from '../core/mapTexts';
import { roundedUp } from '../core/roundedUp';
import { boundsHeading, growthOf, rowName, sizesOf, summary } from '../core/summary';

/** The report for a terminal: the answer first, then the numbers it rests on, then why rows have none. */
export function textReport(original: AnalysisReport): string {
  const report = mapTexts(original, printable);
  const { checkpoint, data, margins, agreement, notes } = report;
  const lines = [
    `${checkpoint.file}: ${layersText(report.layers)}`,
    summary(report),
    ...report.layers.flatMap(layerLines),
  ];
  if (data) {
    const parts = [
      `${count(data.trainingSequences)} training, ${count(data.heldOutSequences)} held out, at most ${data.maxLength === 1 ? 'one step' : `${count(data.maxLength)} steps`}`,
    ];
    if (data.trainingError !== null) parts.push(`training error ${percent(data.trainingError)}`);
    if (data.heldOutError !== null) parts.push(`held-out error ${percent(data.heldOutError)}`);
    lines.push('', `Sequences: ${parts.join(', ')}`);
    if (data.regression) lines.push(...regressionLines(data.regression));
  }
  if (margins) lines.push(`Margins: mean ${short(margins.mean)}, deviation ${short(margins.standardDeviation)}`);
  if (agreement)
    lines.push(
      `Agreement with ${agreement.peer}: off by at most ${agreement.maxRelativeError.toExponential(1)} (relative) over ${count(agreement.compared)} numbers`,
    );
  const numbered = report.bounds.filter(({ value }) => value !== null);
  if (numbered.length > 0) lines.push('', boundsHeading(report), ...columns(numbered.map(boundCells)));
  if (report.explanation && data) lines.push('', ...explanationLines(report, report.explanation, data));
  const silent = report.bounds.filter(({ value, reason }) => value === null && reason);
  if (silent.length > 0) lines.push('', 'Bounds without a number', ...reasons(silent));
  if (notes.length > 0) lines.push('', ...notes.map((note) => `Note: ${note}`));
  return `${lines.join('\n')}\n`;
}

/** "lstm 4, 3 × gru 8": equal layers that follow one another are counted. */
function layersText(layers: readonly LayerReport[]): string {
  const runs: { readonly text: string; count: number }[] = [];
  for (const { cell, hiddenSize } of layers) {
    const text = `${cell} ${hiddenSize}`;
    const last = runs.at(-1);
    if (last?.text === text) last.count += 1;
    else runs.push({ text, count: 1 });
  }
  return runs.map(({ text, count }) => (count === 1 ? text : `${count} × ${text}`)).join(', ');
}

function layerLines(layer: LayerReport): string[] {
  const direction = layer.direction === 'reverse' ? ', reverse' : '';
  const lines = ['', `${layer.name}: ${layer.cell}${direction}, ${sizesOf(layer)}`];
  const growth = growthOf(layer);
  if (layer.stateBound) lines.push(`  state: ${layer.stateBound.text}${growth ? ` (${growth})` : ''}`);
  lines.push(
    ...columns([
      ['weights', 'gate', 'reads', 'shape', 'spectral norm ≤', 'Frobenius', 'stable rank'],
      ...layer.matrices.map(({ name, gate, role, shape, stored, spectralNorm, frobeniusNorm, stableRank }) => [
        name,
        gate ?? '–',
        role,
        stored ? `${shape.join('×')}, stored ${stored.join('×')}` : shape.join('×'),
        String(roundedUp(spectralNorm.upper, 6)),
        short(frobeniusNorm),
        stableRank === null ? '–' : short(stableRank),
      ]),
    ]),
  );
  if (layer.vectors.length > 0) {
    lines.push(
      ...columns([
        ['vector', 'gate', 'size', 'Euclidean norm', 'largest'],
        ...layer.vectors.map(({ name, gate, size, norm2, infinityNorm }) => [
          name,
          gate ?? '–',
          String(size),
          short(norm2),
          short(infinityNorm),
        ]),
      ]),
    );
  }
  if (layer.regime)
    lines.push(`  β = ${short(layer.regime.beta)}${layer.regime.regime ? `, ${layer.regime.regime}` : ''}`);
  if (layer.gates.length > 0) {
    lines.push(
      ...columns([
        ['gate', 'mean', 'deviation', 'below 0.1', 'above 0.9'],
        ...layer.gates.map(({ gate, mean, standardDeviation, leftSaturated, rightSaturated }) => [
          gate,
          short(mean),
          short(standardDeviation),
          leftSaturated === null ? '–' : percent(leftSaturated),
          rightSaturated === null ? '–' : percent(rightSaturated),
        ]),
      ]),
    );
  }
  return lines;
}

function boundCells(row: BoundResult): string[] {
  const rounded = row.value === null ? null : roundedUp(row.value, 6);
  const value = rounded === null ? '–' : rounded >= 1 ? '1 (vacuous)' : String(rounded);
  const logarithm = row.log10 === null ? '' : `log10 ${short(row.log10)}`;
  return [rowName(row), row.status, value, logarithm, row.gamma === null ? '' : `γ ${short(row.gamma)}`];
}

function regressionLines({ loss, scale, scaleDeclared, outputs, labelSpread, ...parts }: RegressionReport): string[] {
  const of = (name: string, errors: RegressionErrors | null): string[] =>
    errors === null
      ? []
      : [
          `${name} ${errors.absolute === null ? 'not finite' : short(errors.absolute)} (squared ${errors.squared === null ? 'not finite' : short(errors.squared)})`,
        ];
  const distance = outputs === 1 ? 'absolute error' : 'Euclidean distance from the label';
  const means = [...of('training', parts.training), ...of('held-out', parts.heldOut)].join(', ');
  return [
    `Mean ${distance}: ${means}; the labels themselves spread by ${short(labelSpread)} about their mean`,
    `Loss: ${loss === 'absolute' ? 'the distance' : 'the squared distance'}, cut at a = ${short(scale)}, ${scaleDeclared ? 'declared in advance' : 'chosen from the spread of the labels and paid for'}`,
  ];
}

/** What the best row about norms is made of, and the changes that would help it most. */
function explanationLines({ bounds }: AnalysisReport, explanation: ExplanationReport, data: DataReport): string[] {
  const { id, p, levers } = explanation;
  const costs = shownCosts(bounds.find((row) => row.id === id && row.p === p)?.costs ?? []);
  const parts = costs.slice(0, 6).map(({ name, share }) => `${name} ${oneDecimal(share)}`);
  return [
    `What drives ${rowName(explanation)}${parts.length === 0 ? '' : `: ${parts.join(', ')}${costs.length > 6 ? ', …' : ''}`}`,
    ...columns(
      levers
        .slice(0, 3)
        .map(({ change, measure, saving }) => [change, `saves ${oneDecimal(saving)} ${savedOf[measure]}`]),
    ),
    `  ${sequencesText(explanation, data.trainingSequences)}`,
  ];
}

const oneDecimal = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Rows that are silent for one reason share a line. */
function reasons(rows: readonly BoundResult[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const row of rows) byReason.set(row.reason!, [...(byReason.get(row.reason!) ?? []), rowName(row)]);
  return [...byReason].map(([reason, names]) => `  ${names.join('; ')}: ${reason}`);
}

export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, k) => (widths[k] = Math.max(widths[k] ?? 0, cell.length)));
  return rows.map((row) => `  ${row.map((cell, k) => cell.padEnd(widths[k]!)).join('  ')}`.trimEnd());
}

const short = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
const count = (value: number): string => value.toLocaleString('en-US');
const percent = (share: number): string => `${Number((100 * share).toPrecision(4))} %`;
