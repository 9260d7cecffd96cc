import { savedOf, sequencesText } from './explain/explanationText';
import { shownCosts } from './explain/shownCosts';
import type {
  AnalysisReport,
  BoundResult,
  DataReport,
  ExplanationReport,
  LayerReport,
  NormsReport,
  RegressionReport,
} from './report';
import { literalMarkdown, mapTexts } from './mapTexts';
import { integer, number, table, type Cell } from './markdownTable';
import { roundedUp } from './roundedUp';
import { rowStatement } from './rowStatement';
import { boundsHeading, growthOf, rowName, sizesOf, summary } from './summary';

/**
 * The report as a Markdown document, for people who review it beside the code. Numbers have six significant digits. Names
 * from the file are shown letter by letter, whatever they contain.
 */
export function markdownReport(original: AnalysisReport): string {
  const report = mapTexts(original, literalMarkdown);
  const { checkpoint, data, readout, agreement, margins, notes } = report;
  const parts = [
    `# ${checkpoint.file}`,
    literalMarkdown(summary(original)),
    `${checkpoint.format === 'onnx' ? 'ONNX' : 'TensorFlow.js'} checkpoint, ${integer(checkpoint.parameters)} numbers, SHA-256 \`${checkpoint.sha256}\`. Report by ${report.tool.name} ${report.tool.version}.`,
    ...report.layers.flatMap((layer, k) => layerSection(layer, original.layers[k]!)),
  ];
  if (readout) {
    const chain = readout.chain.map(({ name, operation }) => `${operation} *${name}*`).join(' → ');
    parts.push(
      '## Readout',
      `${chain || 'The scores are the hidden state itself.'} (${readout.outputs === 1 ? '1 output' : `${integer(readout.outputs)} outputs`}, reads ${stepsRead[readout.steps]}).`,
    );
    if (readout.reason) parts.push(readout.reason);
    if (readout.matrix) {
      const { hidden, matrix } = readout;
      const rows = [
        ...hidden.map((dense) => [`${dense.name}, then ${dense.activation}`, ...normCells(dense.matrix)]),
        [hidden.length > 0 ? `V${hidden.length + 1}` : 'V', ...normCells(matrix)],
      ];
      parts.push(table(['weights', ...normHeader], rows));
    }
  }
  if (data) {
    parts.push(
      '## Sequences',
      table(
        [
          'sequences',
          'training',
          'held out',
          'longest',
          'largest ‖x‖₂',
          'largest ‖x‖∞',
          'training error',
          'held-out error',
        ],
        [
          [
            data.sequences,
            data.trainingSequences,
            data.heldOutSequences,
            data.maxLength,
            data.inputNorm?.two ?? null,
            data.inputNorm?.inf ?? null,
            data.trainingError,
            data.heldOutError,
          ],
        ],
      ),
    );
  }
  if (data?.regression) parts.push('## Distances from the labels', ...regressionSection(data.regression));
  if (margins) {
    parts.push(
      '## Margins',
      table(
        [
          'margins',
          'mean',
          'deviation',
          'share ≤ 0',
          ...margins.quantiles.map(({ probability }) => `${100 * probability} %`),
        ],
        [
          [
            margins.count,
            margins.mean,
            margins.standardDeviation,
            margins.errorRate,
            ...margins.quantiles.map(({ value }) => value),
          ],
        ],
      ),
    );
  }
  if (agreement) {
    parts.push(
      '## Agreement',
      `Our reading of the layers and ${agreement.peer} differ by at most ${number(agreement.maxRelativeError)} (relative) over ${integer(agreement.compared)} numbers.`,
    );
  }
  if (report.bounds.length > 0) {
    parts.push(
      `## ${boundsHeading(report)}`,
      table(
        ['bound', 'status', 'value', 'log10', 'γ', 'δ', 'Λ', 'nats'],
        report.bounds.map((row) => [
          rowName(row),
          row.status,
          row.value === null ? null : roundedUp(row.value, 6),
          row.log10,
          row.gamma,
          row.delta,
          row.lambda,
          row.nats,
        ]),
      ),
      ...report.bounds.flatMap(boundSection),
    );
  }
  if (report.explanation && data) parts.push(...explanationSection(report, report.explanation, data));
  if (notes.length > 0) parts.push('## Notes', notes.map((note) => `- ${note}`).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

const stepsRead = {
  last: 'the last step',
  every: 'every step',
  mean: 'the mean over all steps',
  other: 'something other than the last or every step',
};
const normHeader = [
  'shape',
  'spectral norm ≥',
  'spectral norm ≤',
  'Frobenius',
  '(2,1)',
  '∞',
  'largest row',
  'stable rank',
];

function normCells(matrix: NormsReport): Cell[] {
  const { shape, spectralNorm, frobeniusNorm, norm21, infinityNorm, maxRowNorm, stableRank } = matrix;
  return [
    shape.join(' × '),
    String(spectralNorm.lower),
    String(spectralNorm.upper),
    frobeniusNorm,
    norm21,
    infinityNorm,
    maxRowNorm,
    stableRank,
  ];
}

function layerSection(layer: LayerReport, { equations, stateBound, cell }: LayerReport): string[] {
  const parts = [`## ${layer.name}: \`${cell}\`${layer.direction === 'reverse' ? ', reverse' : ''}, ${sizesOf(layer)}`];
  if (equations.length > 0) parts.push(['```', ...equations, '```'].join('\n'));
  const growth = growthOf(layer);
  if (stateBound) parts.push(`State: \`${stateBound.text}\`${growth ? ` (${growth})` : ''}.`);
  parts.push(
    table(
      ['weights', 'gate', 'reads', ...normHeader],
      layer.matrices.map(({ name, gate, role, ...matrix }) => [name, gate, role, ...normCells(matrix)]),
    ),
  );
  const structured = layer.matrices.filter(({ stored }) => stored);
  if (structured.length > 0) {
    const stored = structured.map((matrix) => `${matrix.name} as ${matrix.stored!.join(' × ')}`);
    parts.push(`These are the norms and shapes of what is applied; stored are ${stored.join(', ')}.`);
  }
  if (layer.vectors.length > 0) {
    parts.push(
      table(
        ['multiplying vector', 'gate', 'size', 'Euclidean', 'largest'],
        layer.vectors.map(({ name, gate, size, norm2, infinityNorm }) => [name, gate, size, norm2, infinityNorm]),
      ),
    );
  }
  if (layer.regime) {
    const { beta, regime } = layer.regime;
    parts.push(`β = ${number(beta)}${regime ? ` (${regime})` : ''}.`);
  }
  if (layer.gates.length > 0) {
    parts.push(
      table(
        [
          'gate',
          'mean',
          'deviation',
          'below 0.1',
          'above 0.9',
          ...layer.gates[0]!.quantiles.map(({ probability }) => `${100 * probability} %`),
        ],
        layer.gates.map((gate) => [
          gate.gate,
          gate.mean,
          gate.standardDeviation,
          gate.leftSaturated,
          gate.rightSaturated,
          ...gate.quantiles.map(({ value }) => value),
        ]),
      ),
    );
  }
  return parts;
}

function regressionSection({ loss, scale, scaleDeclared, outputs, labelSpread, ...parts }: RegressionReport): string[] {
  const cut = `The loss is min(1, ${loss === 'absolute' ? '‖y − z‖/a' : '‖y − z‖²/a²'}) with a = ${number(scale)}, ${scaleDeclared ? 'declared in advance' : 'chosen from the spread of the labels and paid for'}.`;
  const rows = [['training', parts.training] as const, ['held-out', parts.heldOut] as const];
  return [
    cut,
    table(
      ['part', outputs === 1 ? 'mean absolute error' : 'mean ‖y − z‖₂', 'mean squared', 'spread of the labels'],
      rows.flatMap(([name, errors]) => (errors ? [[name, errors.absolute, errors.squared, labelSpread]] : [])),
    ),
  ];
}

const capitalised = (sentence: string): string => `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`;

function boundSection(row: BoundResult): string[] {
  const parts = [`### ${rowName(row)}`, `Source: ${row.source}.`];
  if (row.reason) parts.push(row.reason);
  if (row.quantity && row.value !== null && row.value < 1)
    parts.push(literalMarkdown(capitalised(rowStatement({ ...row, value: row.value }))));
  if (row.terms.length > 0)
    parts.push(
      table(
        ['term', 'value'],
        row.terms.map(({ name, value }) => [name, value]),
      ),
    );
  if (row.assumptions.length > 0)
    parts.push(
      row.assumptions.map(({ text, state, gap }) => `- ${state}: ${text}${gap ? ` (${gap})` : ''}`).join('\n'),
    );
  return parts;
}

function explanationSection({ bounds }: AnalysisReport, explanation: ExplanationReport, data: DataReport): string[] {
  const { id, p, levers } = explanation;
  const costs = shownCosts(bounds.find((row) => row.id === id && row.p === p)?.costs ?? []);
  const parts = ['## What drives the bound, and what would help', `About ${rowName(explanation)}.`];
  if (costs.length > 0)
    parts.push(
      table(
        ['part', 'share', 'nats'],
        costs.map(({ name, share, nats }) => [name, percent(share), nats]),
      ),
    );
  if (levers.length > 0)
    parts.push(
      table(
        ['change', 'if', `saves, ${savedOf[levers[0]!.measure]}`, 'bound then'],
        levers.map(({ change, assuming, saving, value }) => [change, assuming, percent(saving), roundedUp(value, 3)]),
      ),
    );
  return [...parts, sequencesText(explanation, data.trainingSequences)];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
