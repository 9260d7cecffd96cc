import type { AnalysisReport } from '../core/report';
import { bestCertified } from '../core/summary';

/** Limits that guard a pipeline; null: not asked for. */
export interface Thresholds {
  readonly maxBound: number | null;
  readonly maxSpectralNorm: number | null;
}

/** One sentence for each threshold that was passed. No certified row at all counts as passing `maxBound`. */
export function passedThresholds(report: AnalysisReport, { maxBound, maxSpectralNorm }: Thresholds): string[] {
  const passed: string[] = [];
  if (maxBound !== null) {
    const best = bestCertified(report.bounds);
    if (!best) passed.push(`No certified bound has a number, so none is at most ${maxBound}.`);
    else if (best.value > maxBound)
      passed.push(`The best certified bound, ${best.value} (${best.id}), is above ${maxBound}.`);
  }
  if (maxSpectralNorm !== null) {
    for (const layer of report.layers) {
      for (const { name, gate, role, spectralNorm } of layer.matrices) {
        if (role !== 'recurrent' || spectralNorm.upper <= maxSpectralNorm) continue;
        passed.push(
          `The spectral norm of the recurrent ${gate ?? name} matrix of ${layer.name}, at most ${spectralNorm.upper}, is above ${maxSpectralNorm}.`,
        );
      }
    }
  }
  return passed;
}
