import assert from 'node:assert/strict';
import { everyBound } from '../../../src/core/bounds/everyBound';
import { createExplorer } from '../../../webview-ui/src/explorer';
import { checkpointOf, margins, questionOf, sampleOf, smallVanilla } from '../core/bounds/networkQuestion';

describe('the explorer of a report', () => {
  it('works out every point of a row once, beginning next to the numbers of the report', async () => {
    const question = await questionOf(checkpointOf(smallVanilla), sampleOf(margins(Array(1000).fill(1))));
    const row = everyBound(question).find(({ id, p }) => id === 'T2-Occam' && p === 2)!;
    const explorer = createExplorer(question);
    const missing = (): number => explorer.curves(row).flatMap(({ points }) => points).filter((point) => point === undefined).length; // prettier-ignore
    const total = missing();
    for (const _ of explorer.curves(row)) assert.ok(explorer.workOut(row));
    for (const { points, actual } of explorer.curves(row)) assert.equal(points[actual]!.value, row.value);
    for (let rest = total - explorer.curves(row).length; rest > 0; rest--) assert.ok(explorer.workOut(row));
    assert.equal(missing(), 0);
    assert.equal(explorer.workOut(row), false);
  });
});
