import assert from 'node:assert/strict';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { AnalysisReport } from '../../src/core/report';
import { formatEnds, formatLog10, formatNumber, formatUpper } from '../../webview-ui/src/format';
import { panelOf } from '../host/workbench';

/** Waits until the panel shows the whole report of an analysis that has ended well. */
export async function panelIsReady(page: Page): Promise<void> {
  await panelOf(page).locator('vscode-button:not([disabled])', { hasText: 'Save Report' }).waitFor();
}

/** Waits until the panel shows what the gates did on the sequences. */
export async function gateStatisticsAreThere(page: Page): Promise<void> {
  await panelOf(page)
    .getByRole('table', { name: /^Gate statistics of / })
    .first()
    .waitFor();
}

/** Waits until the panel says that something went wrong; answers its message. */
export async function messageOfFailure(page: Page): Promise<string> {
  return (await panelOf(page).getByRole('alert').locator('.message').textContent()) ?? '';
}

/** A button of the panel by its label. */
export function panelButton(page: Page, label: string): Locator {
  return panelOf(page).locator('vscode-button', { hasText: label });
}

/** The rows of the panel's tables, as the texts of their cells. */
export interface PanelTables {
  /** Gate, role, the ends of the certified interval, and the other norms. */
  readonly matrices: string[];
  /** Gate, mean and deviation. */
  readonly gates: string[];
  /** Id, norm, value or reason, and the logarithm of a value. */
  readonly bounds: string[];
}

/** What the panel shows. */
export async function tablesOfPanel(page: Page): Promise<PanelTables> {
  const panel = panelOf(page);
  return {
    matrices: await texts(panel, /^Norms of the weights of /, async (row) => {
      const cells = await row.locator('th, td').allTextContents();
      const ends = await row.locator('[title*="‖A‖₂"]').getAttribute('title');
      return [...cells.slice(0, 3), ends, ...cells.slice(4)];
    }),
    gates: await texts(panel, /^Gate statistics of /, async (row) =>
      (await row.locator('th, td').allTextContents()).slice(0, 3),
    ),
    bounds: await texts(panel, 'Bounds', async (row) => {
      const cells = await row.locator('th, td').allTextContents();
      return cells.slice(0, cells.length === 4 ? 3 : 4);
    }),
  };
}

/** What the panel should show of a report. */
export function tablesOfReport({ layers, bounds }: AnalysisReport): PanelTables {
  const norms = { '2': '2', inf: '∞' };
  return {
    matrices: sorted(
      layers.flatMap(({ matrices }) =>
        matrices.map((matrix) => [
          matrix.gate ?? '(none)',
          `${matrix.role} ${matrix.name}`,
          matrix.shape.join(' × '),
          formatEnds(matrix.spectralNorm),
          formatNumber(matrix.frobeniusNorm),
          formatNumber(matrix.norm21),
          formatNumber(matrix.infinityNorm),
          formatNumber(matrix.maxRowNorm),
          formatNumber(matrix.stableRank),
        ]),
      ),
    ),
    gates: sorted(
      layers.flatMap(({ gates }) =>
        gates.map(({ gate, mean, standardDeviation }) => [
          gate,
          mean.toFixed(4).replace('-', '−'),
          standardDeviation.toFixed(4),
        ]),
      ),
    ),
    bounds: sorted(
      bounds.map(({ id, p, value, log10, reason }) => [
        id,
        p === null ? '' : norms[p],
        ...(value === null ? [reason] : [value >= 1 ? '1 (vacuous)' : formatUpper(value), formatLog10(log10)]),
      ]),
    ),
  };
}

/** Of a checkpoint whose model was not run, the weights are measured and everything else waits. */
export async function assertOnlyWeights(page: Page): Promise<void> {
  const { matrices, gates, bounds } = await tablesOfPanel(page);
  assert.ok(matrices.length > 0);
  assert.deepEqual(gates, []);
  // What stands third is a value, or the reason why there is none.
  for (const row of bounds) assert.doesNotMatch(row.split(' | ')[2] ?? '', /^([\d.e−]+|1 \(vacuous\))$/);
}

/** The rows that have a heading, of every table with this name. */
async function texts(
  panel: FrameLocator,
  table: string | RegExp,
  cellsOf: (row: Locator) => Promise<(string | null)[]>,
): Promise<string[]> {
  const rows = panel.getByRole('table', { name: table, exact: true }).locator('tbody > tr:has(> th[scope=row])');
  return sorted(await Promise.all((await rows.all()).map(cellsOf)));
}

function sorted(rows: readonly (readonly (string | null)[])[]): string[] {
  return rows.map((cells) => cells.join(' | ')).sort();
}
