import type { Page } from 'playwright-core';
import type { AnalysisReport } from '../../src/core/report';
import { panelOf } from '../host/workbench';

/** Waits until the panel shows this kind of state; what it shows is then complete. */
export async function panelReaches(
  page: Page,
  kind: 'analyzing' | 'ready' | 'failed',
  timeout = 60_000,
): Promise<void> {
  await panelOf(page).locator(`[data-testid=panel][data-phase=${kind}]`).waitFor({ timeout });
}

/** A part of the panel by its stable name. */
export function inPanel(page: Page, name: string) {
  return panelOf(page).locator(`[data-testid=${name}]`);
}

/** Attributes of every element with this name, in the order of the page. */
async function attributesOf(page: Page, name: string, attributes: readonly string[]): Promise<string[]> {
  return Promise.all(
    (await inPanel(page, name).all()).map(async (element) =>
      (await Promise.all(attributes.map((attribute) => element.getAttribute(`data-${attribute}`)))).join(' '),
    ),
  );
}

/** Every number of the panel that the command line prints too, as text, in full precision. */
export async function numbersOfPanel(page: Page): Promise<{ matrices: string[]; gates: string[]; bounds: string[] }> {
  return {
    matrices: (await attributesOf(page, 'matrix', ['layer', 'gate', 'role', 'lower', 'upper'])).sort(),
    gates: (await attributesOf(page, 'gate', ['layer', 'gate', 'mean'])).sort(),
    bounds: (await attributesOf(page, 'bound', ['id', 'p', 'value'])).sort(),
  };
}

/** The same numbers of a report. */
export function numbersOfReport(report: AnalysisReport): { matrices: string[]; gates: string[]; bounds: string[] } {
  return {
    matrices: report.layers
      .flatMap(({ name, matrices }) =>
        matrices.map(({ gate, role, spectralNorm }) =>
          [name, gate ?? '', role, spectralNorm.lower, spectralNorm.upper].join(' '),
        ),
      )
      .sort(),
    gates: report.layers
      .flatMap(({ name, gates }) => gates.map(({ gate, mean }) => [name, gate, mean].join(' ')))
      .sort(),
    bounds: report.bounds.map(({ id, p, value }) => [id, p ?? '', value ?? ''].join(' ')).sort(),
  };
}
