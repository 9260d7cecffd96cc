import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cellsPage } from '../../../scripts/cellsPage';
import { publishedCounts } from '../../../scripts/publishedCount';
import { cellNames } from '../../../src/core/cells/cells';

describe('CELLS.md', () => {
  it('is what the cells say (npx tsx scripts/generateCellsPage.ts writes it anew)', () => {
    assert.equal(readFileSync('CELLS.md', 'utf8'), cellsPage());
  });

  it('has a section for every cell', () => {
    const headings = [...cellsPage().matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, [...cellNames, 'Published counts']);
  });
});

describe('the counts of weights that papers print', () => {
  const titleOf = ({ paper, task, cell }: (typeof publishedCounts)[number]): string => `${paper}: ${cell}, ${task}`;
  const differing = new Map([
    ['Kuo et al. 2020, Table II: sru, 3 layers of 1150', 11_916_300 - 12_000_000],
    ['GATO 2020: gato, Penn Treebank, 650 → 1300', -3 * 650],
    ['GATO 2020: gru-reset-after, copy', 3_167_232 - 3_118_080],
  ]);

  for (const each of publishedCounts) {
    const difference = differing.get(titleOf(each));
    it(`${titleOf(each)}: ${difference === undefined ? 'reproduced' : 'not reproduced, by a known difference'}`, () => {
      if (difference === undefined) assert.ok(Math.abs(each.count - each.published) <= each.unit / 2, `${each.count}`);
      else assert.equal(each.count - each.published, difference);
      assert.equal(each.isReproduced, difference === undefined);
    });
  }
});
