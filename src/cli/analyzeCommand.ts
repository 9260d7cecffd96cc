import { resolve } from 'node:path';
import { markdownReport } from '../core/markdownReport';
import { isMisread } from '../core/analyze';
import type { AnalysisReport } from '../core/report';
import { reportJson } from '../core/reportJson';
import { startEngine } from '../protocol/engineProcess';
import { exitCode } from './exitCode';
import { textReport } from './textReport';
import { passedThresholds } from './thresholds';

export interface AnalyzeOptions {
  readonly data?: string;
  readonly config?: string;
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
    progress: ({ phase }) => void process.stderr.write(`${phase}\n`),
    log: (text) => void process.stderr.write(text),
  });
  try {
    const report = await engine.api.analyze({
      checkpoint: path,
      data: options.data === undefined ? null : resolve(options.data),
      config: options.config === undefined ? null : resolve(options.config),
      mayRun: true,
    });
    process.stdout.write(printed(report, options));
    if (options.save) {
      for (const file of await engine.api.saveReport({ checkpoint: path, report }))
        process.stderr.write(`Saved ${file}\n`);
    }
    return judged(report, options);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return exitCode.unusable;
  } finally {
    engine.dispose();
  }
}

function printed(report: AnalysisReport, { json, markdown }: AnalyzeOptions): string {
  if (json) return reportJson(report);
  return markdown ? markdownReport(report) : textReport(report);
}

function judged(report: AnalysisReport, { maxBound, maxSpectralNorm }: AnalyzeOptions): number {
  if (isMisread(report)) return exitCode.unusable;
  const passed = passedThresholds(report, { maxBound: maxBound ?? null, maxSpectralNorm: maxSpectralNorm ?? null });
  for (const sentence of passed) process.stderr.write(`${sentence}\n`);
  return passed.length > 0 ? exitCode.threshold : exitCode.done;
}
