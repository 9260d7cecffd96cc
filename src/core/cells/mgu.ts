import { activate } from './activation';
import { affineMap } from './affineMap';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { mix } from './language';
import { mixedBound } from './stateBounds';

/** The minimal gated unit (Zhou et al. 2016), as Chen, Li & Zhao 2019 write it: one gate, r, both resets and updates. */
export function mgu(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', bias = true } = options;
  const heading = {
    name: 'mgu',
    source: 'Zhou et al. 2016',
    parent: 'gru',
    stateBound: mixedBound('h', gateActivation, candidateActivation, { keeps: false }),
    options: { gateActivation, candidateActivation, bias },
    states: { h: 'hidden' },
    letters: { update: 'r', candidate: 'a' },
  } as const;
  return cell(heading, (x, { h }) => {
    const r = activate(gateActivation, affineMap('r', x, h, bias));
    const a = activate(candidateActivation, affineMap('a', x, r.times(h), bias));
    const newH = mix(r, h, a);
    return { gates: { update: r, candidate: a }, states: { h: newH }, output: newH };
  });
}
