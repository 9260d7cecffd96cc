// npm run demo:bounds: every bound of one trained network in one table, and a family of networks by every measure.
import path from 'node:path';
import { compare } from '../src/core/compare/comparison';
import { comparisonTables } from '../src/core/compare/comparisonTables';
import type { AnalysisReport, BoundResult } from '../src/core/report';
import { roundedUp } from '../src/core/roundedUp';
import { rowName, summary } from '../src/core/summary';
import type { AnalysisRequest } from '../src/protocol/engineApi';
import { startEngine, type Engine } from '../src/protocol/engineProcess';
import { columns } from '../src/cli/textReport';
import { withDemoFamily } from './demoFamily';

const root = path.resolve(import.meta.dirname, '..');
const examples = ['oscillators-vanilla.onnx', 'temporal-order-lstm.onnx'];

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const engine = startEngine({
    program: path.join(root, 'dist/engine.js'),
    progress: ({ phase }) => void process.stderr.write(`${phase}\n`),
    log: (text) => void process.stderr.write(text),
  });
  try {
    for (const example of examples) await oneNetwork(engine, example);
    await aFamily(engine);
  } finally {
    engine.dispose();
  }
}

async function oneNetwork({ api }: Engine, example: string): Promise<void> {
  const report = await api.analyze({
    ...request(path.join(root, 'examples', example)),
    nearby: { noise: { draws: 2000, seed: 0 }, quantise: true },
  });
  say(`\nEvery bound of examples/${example}\n`);
  say(columns([['row', 'status', 'bound', 'beside it'], ...rowsOf(report)]).join('\n'));
  const silent = report.bounds.filter(({ value }) => value === null);
  if (silent.length > 0) say(`\n  Without a number: ${silent.map(rowName).join('; ')}.`);
  const { trainingError, heldOutError, heldOutSequences } = report.data!;
  say(
    `\n  Error on the training part ${percent(trainingError!)}, on ${heldOutSequences} sequences held out ${percent(heldOutError!)}.`,
  );
  say(`  ${summary(report)}\n`);
}

async function aFamily({ api }: Engine): Promise<void> {
  say('Networks of several widths, trained with and without weight decay on 300 sequences with 20 % wrong labels\n');
  await withDemoFamily(async (files) => {
    const reports = [];
    for (const file of files) reports.push({ name: path.basename(file), report: await api.analyze(request(file)) });
    const comparison = compare(reports);
    for (const { title, heading, rows } of comparisonTables(comparison)) {
      say(`${title}\n${columns([heading, ...rows]).join('\n')}\n`);
    }
    say(comparison.notes.join('\n'));
  });
}

const request = (checkpoint: string): AnalysisRequest => ({
  ...{ checkpoint, data: null, config: null, mayRun: true },
});

/** The largest number first. A printed theorem has its repaired form beside it, and the other way round. */
function rowsOf({ bounds }: AnalysisReport): string[][] {
  const numbered = bounds.filter(({ value }) => value !== null);
  return numbered
    .toSorted((a, b) => b.log10! - a.log10!)
    .map((row) => [rowName(row), row.status, numberText(row), besideText(row, numbered)]);
}

function besideText({ id, p }: BoundResult, all: readonly BoundResult[]): string {
  const form = (other: string): string => {
    const found = all.find((row) => row.id === other && row.p === p);
    return found ? `${rowName(found)}: ${numberText(found)}` : '';
  };
  if (id.endsWith('-printed')) {
    const repaired = id.replace('-printed', '-fixed');
    return [form(repaired), form(`${repaired}-Dudley1`)].map((text) => text && `repaired, ${text}`).join('');
  }
  const printed = id.replace(/-fixed(-Dudley1)?$/, '-printed');
  const text = printed === id ? '' : form(printed);
  return text && `as printed, ${text}`;
}

function numberText({ value, log10 }: BoundResult): string {
  if (log10! >= 4) return `10^${roundedUp(log10!, 3)}`;
  return log10! >= 0 ? String(roundedUp(10 ** log10!, 4)) : String(roundedUp(value!, 4));
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

void main();
