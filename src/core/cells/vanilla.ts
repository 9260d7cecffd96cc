import { activate, clipped } from './activation';
import { affineMap } from './affineMap';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { largestBound } from './stateBounds';

/** The simple recurrent network (Elman 1990); equation 1 of Chen, Li & Zhao 2019. */
export function vanilla({ candidateActivation = 'tanh', bias = true, clip = null }: CellOptions = {}): Cell {
  const heading = {
    name: 'vanilla',
    source: 'Elman 1990',
    parent: null,
    stateBound: largestBound('h', candidateActivation, 'U', clip),
    options: { candidateActivation, bias, clip },
    states: { h: 'hidden' },
    letters: {},
  } as const;
  return cell(heading, (x, { h }) => {
    const newH = activate(candidateActivation, clipped(clip, affineMap('', x, h, bias)));
    return { gates: { candidate: newH }, states: { h: newH }, output: newH };
  });
}
