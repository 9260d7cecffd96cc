import { constants } from 'node:os';
import { resolve } from 'node:path';
import { printable } from '../core/mapTexts';
import { markdownReport } from '../core/markdownReport';
import { isMisread } from '../core/analyze';
import type { AnalysisReport } from '../core/report';
import { reportJson } from '../core/reportJson';
import type { AnalysisRequest } from '../protocol/engineApi';
import { startEngine } from '../protocol/engineProcess';
import { exitCode } from './exitCode';
import { textReport } from './textReport';
import { passedThresholds } from './thresholds';

export interface AnalyzeOptions {
  readonly data?: string;
  readonly reference?: string;
  readonly config?: string;
  /** How many fresh draws. */
  readonly noise?: number;
  readonly quantise?: boolean;
  readonly ntk?: boolean;
  readonly seed: number;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly save?: boolean;
  readonly maxBound?: number;
  readonly maxSpectralNorm?: number;
}

/** Analyzes in the background process, as the panel does, and prints what it answers. */
export async function analyzeCommand(checkpoint: string, options: AnalyzeOptions): Promise<number> {
  const path = resolve(checkpoint);
  const engine = startEngine({
    progress: ({ phase }) => say(phase),
    log: (text) => void process.stderr.write(text),
  });
  // The background process may be deep in native code, where it does not notice that nobody waits any more.
  const stop = (signal: NodeJS.Signals): void => {
    engine.dispose();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of stopSignals) process.once(signal, stop);
  try {
    const report = await engine.api.analyze({
      checkpoint: path,
      data: options.data === undefined ? null : resolve(options.data),
      config: options.config === undefined ? null : resolve(options.config),
      reference: options.reference === undefined ? null : resolve(options.reference),
      nearby: nearbyRequest(options),
      mayRun: true,
    });
    process.stdout.write(printed(report, options));
    if (options.save) {
      for (const file of await engine.api.saveReport({ checkpoint: path, report })) say(`Saved ${file}`);
    }
    return judged(report, options);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return exitCode.unusable;
  } finally {
    for (const signal of stopSignals) process.off(signal, stop);
    engine.dispose();
  }
}

/** What is to be run besides the checkpoint itself; null: nothing. */
function nearbyRequest({ noise, quantise = false, ntk = false, seed }: AnalyzeOptions): AnalysisRequest['nearby'] {
  if (noise === undefined && !quantise && !ntk) return null;
  return {
    noise: noise === undefined ? null : { draws: noise, seed },
    quantise,
    kernel: ntk ? { seed } : null,
  };
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One line on stderr; names from files may hold anything. */
const say = (sentence: string): void => void process.stderr.write(`${printable(sentence)}\n`);

function printed(report: AnalysisReport, { json, markdown }: AnalyzeOptions): string {
  if (json) return reportJson(report);
  return markdown ? markdownReport(report) : textReport(report);
}

function judged(report: AnalysisReport, { maxBound, maxSpectralNorm }: AnalyzeOptions): number {
  if (isMisread(report)) return exitCode.unusable;
  const passed = passedThresholds(report, { maxBound: maxBound ?? null, maxSpectralNorm: maxSpectralNorm ?? null });
  for (const sentence of passed) say(sentence);
  return passed.length > 0 ? exitCode.threshold : exitCode.done;
}
