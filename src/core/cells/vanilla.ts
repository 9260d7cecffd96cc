import { activate } from './activation';
import { affineMap } from './affineMap';
import { cell, type Cell, type CellOptions } from './cell';

/** The simple recurrent network (Elman 1990); equation 1 of Chen, Li & Zhao 2019. */
export function vanilla({ candidateActivation = 'tanh', bias = true }: CellOptions = {}): Cell {
  const heading = {
    name: 'vanilla',
    source: 'Elman 1990',
    options: { candidateActivation, bias },
    states: { h: 'hidden' },
    letters: {},
  } as const;
  return cell(heading, (x, { h }) => {
    const newH = activate(candidateActivation, affineMap('', x, h, bias));
    return { gates: { candidate: newH }, states: { h: newH }, output: newH };
  });
}
