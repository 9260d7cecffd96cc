import { constants } from 'node:os';
import { relative, resolve } from 'node:path';
import { compare, type Comparison, type NamedReport } from '../core/compare/comparison';
import { comparisonMarkdown } from '../core/compare/comparisonMarkdown';
import { comparisonTables } from '../core/compare/comparisonTables';
import { mapTexts, printable } from '../core/mapTexts';
import { Problem } from '../core/problem';
import type { Engine } from '../protocol/engineProcess';
import { startEngine } from '../protocol/engineProcess';
import { columns } from './textReport';
import { exitCode } from './exitCode';

export interface CompareOptions {
  readonly data?: string;
  readonly reference?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** Analyzes one checkpoint after the other in the background process, and prints how they and the measures compare. */
export async function compareCommand(checkpoints: readonly string[], options: CompareOptions): Promise<number> {
  const paths = [...new Set(checkpoints.map((checkpoint) => resolve(checkpoint)))];
  if (paths.length < 2) {
    say('A comparison needs at least two checkpoints: name more of them.');
    return exitCode.usage;
  }
  let current = '';
  const engine = startEngine({
    progress: ({ phase }) => say(`${current}: ${phase}`),
    log: (text) => void process.stderr.write(text),
  });
  const stop = (signal: NodeJS.Signals): void => {
    engine.dispose();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of stopSignals) process.once(signal, stop);
  try {
    const reports: NamedReport[] = [];
    for (const path of paths) {
      current = relative(process.cwd(), path);
      reports.push({ name: current, report: await analyzed(engine, path, options) });
    }
    current = '';
    process.stdout.write(printed(compare(reports), options));
    return exitCode.done;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    say(error instanceof Problem || current === '' ? message : `${current}: ${message}`);
    return exitCode.unusable;
  } finally {
    for (const signal of stopSignals) process.off(signal, stop);
    engine.dispose();
  }
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Each with its own sidecar, and with the data that it names unless they are given for all. */
const analyzed = ({ api }: Engine, checkpoint: string, { data, reference }: CompareOptions) =>
  api.analyze({
    checkpoint,
    data: data === undefined ? null : resolve(data),
    config: null,
    reference: reference === undefined ? null : resolve(reference),
    nearby: null,
    mayRun: true,
  });

function printed(comparison: Comparison, { json, markdown }: CompareOptions): string {
  if (json) return `${JSON.stringify(comparison, null, 2)}\n`;
  return markdown ? comparisonMarkdown(comparison) : comparisonText(mapTexts(comparison, printable));
}

function comparisonText(comparison: Comparison): string {
  const tables = comparisonTables(comparison).map(({ title, heading, rows }) =>
    [title, ...columns([heading, ...rows])].join('\n'),
  );
  return `${[...tables, comparison.notes.join('\n')].join('\n\n')}\n`;
}

/** One line on stderr; names of files may hold anything. */
const say = (sentence: string): void => void process.stderr.write(`${printable(sentence)}\n`);
