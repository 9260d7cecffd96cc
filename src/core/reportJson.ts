import type { AnalysisReport } from './report';

/** The bytes of a report as data: the same report gives the same bytes. */
export function reportJson(report: AnalysisReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
