import assert from 'node:assert/strict';
import type { AnalysisReport } from '../../../src/core/report';
import { calmProgress } from '../../../src/engine/calmProgress';

describe('calmProgress', () => {
  let time: number;
  let passed: string[];
  let tell: ReturnType<typeof calmProgress>;
  const first = {} as AnalysisReport;

  beforeEach(() => {
    time = 0;
    passed = [];
    tell = calmProgress(
      ({ phase, report }) => void passed.push(report ? `${phase} +` : phase),
      () => time,
    );
  });

  it('passes every new wording at once', () => {
    tell({ phase: 'Reading', report: null });
    tell({ phase: 'Running (1 of 9)', report: null });
    tell({ phase: 'Bounding', report: null });
    assert.deepEqual(passed, ['Reading', 'Running (1 of 9)', 'Bounding']);
  });

  it('passes a moving count ten times a second', () => {
    for (time = 0; time < 1000; time++) tell({ phase: `Running (${time} of 1000)`, report: null });
    assert.equal(passed.length, 10);
  });

  it('passes a report once, and a new one at once', () => {
    tell({ phase: 'Running (1 of 9)', report: first });
    time = 200;
    tell({ phase: 'Running (5 of 9)', report: first });
    tell({ phase: 'Running (6 of 9)', report: {} as AnalysisReport });
    assert.deepEqual(passed, ['Running (1 of 9) +', 'Running (5 of 9)', 'Running (6 of 9) +']);
  });
});
