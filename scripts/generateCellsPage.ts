/**
 * Writes CELLS.md from the cells themselves. Run it after changing a cell: npx tsx scripts/generateCellsPage.ts. With --check
 * it writes nothing and fails when CELLS.md is not what the cells say; a unit test runs it so.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cellsPage } from './cellsPage';

const path = join(__dirname, '..', 'CELLS.md');
const text = cellsPage();
if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (readFileSync(path, 'utf8') !== text) {
  console.error('CELLS.md is stale; run: npx tsx scripts/generateCellsPage.ts');
  process.exitCode = 1;
}
