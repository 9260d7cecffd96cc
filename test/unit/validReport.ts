import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import type { AnalysisReport } from '../../src/core/report';

const schema: object = JSON.parse(readFileSync('schemas/report.schema.json', 'utf8'));
const isReport = new Ajv({ strict: false, allErrors: true }).compile(schema);

/** Of the published schema, and without NaN or infinity, which JSON does not have and would turn into null. */
export function assertValidReport(report: AnalysisReport): void {
  const text = JSON.stringify(report);
  assert.ok(isReport(JSON.parse(text)), JSON.stringify(isReport.errors));
  assertFinite(report, 'report');
}

function assertFinite(value: unknown, place: string): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), `${place} is ${value}`);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) assertFinite(part, `${place}.${key}`);
}
