import { Problem } from '../problem';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { entrywise, scale, sum, vector, type Expression } from './language';
import { matrix } from './linearMap';

/**
 * The statistical recurrent unit (Oliva et al. 2017): moving averages μ of statistics φ at several time scales α. A matrix
 * that reads all averages is written as one matrix for each.
 */
export function statisticalRecurrentUnit({ averages = [0, 0.25, 0.5, 0.9, 0.99] }: CellOptions = {}): Cell {
  if (averages.length === 0 || !averages.every((alpha) => alpha >= 0 && alpha < 1)) {
    throw new Problem('The averages of a statistical recurrent unit must be numbers from 0 to below 1.');
  }
  const names = averages.map((_, k) => `m${k + 1}`);
  const all = (family: string, role: 'recurrent' | 'inner', values: readonly Expression<'hidden'>[]) =>
    sum(values.map((m, k) => matrix(`${family}${k + 1}`, 'hidden', 'hidden', role)(m)));
  const heading = {
    name: 'statistical-recurrent-unit',
    source: 'Oliva et al. 2017',
    parent: null,
    stateBound: {
      text: 'unbounded: |μ| can grow exponentially unless ‖R_p‖ (‖U_r1‖ + ‖U_r2‖ + …) < 1',
      unbounded: names,
    },
    options: { averages },
    states: Object.fromEntries(names.map((name) => [name, 'hidden'] as const)),
    letters: { summary: 'r', candidate: 'p' },
  } as const;
  return cell(heading, (x, before) => {
    const r = entrywise(
      'relu',
      all(
        'U_r',
        'recurrent',
        names.map((name) => before[name]!),
      ).plus(vector('b_r', 'hidden')),
    );
    const reads = matrix('R_p', 'hidden', 'hidden', 'inner')(r);
    const p = entrywise('relu', matrix('W_p', 'input', 'hidden', 'input')(x).plus(reads, vector('b_p', 'hidden')));
    const after = names.map((name, k) => {
      const alpha = averages[k]!;
      return alpha === 0 ? p : scale(alpha, before[name]!).plus(scale(1 - alpha, p));
    });
    return {
      gates: { summary: r, candidate: p },
      states: Object.fromEntries(names.map((name, k) => [name, after[k]!])),
      output: entrywise('relu', all('V_', 'inner', after)),
    };
  });
}
