import { activate } from './activation';
import { affineMap } from './affineMap';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { mix } from './language';
import { mixedBound } from './stateBounds';

/** The update gate recurrent network, equations 2 to 4 of Collins, Sohl-Dickstein & Sussillo 2017; b_fg is where b_g starts. */
export function ugrnn(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', bias = true } = options;
  const heading = {
    name: 'ugrnn',
    source: 'Collins, Sohl-Dickstein & Sussillo 2017, equations 2–4',
    parent: 'gru',
    stateBound: mixedBound('h', gateActivation, candidateActivation),
    options: { gateActivation, candidateActivation, bias },
    startsAt: { b_g: 1 },
    states: { h: 'hidden' },
    letters: { candidate: 'c', update: 'g' },
  } as const;
  return cell(heading, (x, { h }) => {
    const c = activate(candidateActivation, affineMap('c', x, h, bias));
    const g = activate(gateActivation, affineMap('g', x, h, bias));
    const newH = mix(g, c, h);
    return { gates: { candidate: c, update: g }, states: { h: newH }, output: newH };
  });
}
