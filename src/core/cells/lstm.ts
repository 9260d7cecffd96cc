import { activate } from './activation';
import { affineMap } from './affineMap';
import { cell, type Cell, type CellOptions } from './cell';

/** Long short-term memory (Hochreiter & Schmidhuber 1997) with the forget gate of Gers et al. 2000. */
export function lstm(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', outputActivation = 'tanh', bias = true } = options;
  const heading = {
    name: 'lstm',
    source: 'Hochreiter & Schmidhuber 1997; Gers et al. 2000',
    options: { gateActivation, candidateActivation, outputActivation, bias },
    states: { h: 'hidden', c: 'hidden' },
    letters: { forget: 'f', input: 'i', output: 'o', candidate: 'a' },
  } as const;
  return cell(heading, (x, { h, c }) => {
    const f = activate(gateActivation, affineMap('f', x, h, bias));
    const i = activate(gateActivation, affineMap('i', x, h, bias));
    const o = activate(gateActivation, affineMap('o', x, h, bias));
    const a = activate(candidateActivation, affineMap('a', x, h, bias));
    const newC = f.times(c).plus(i.times(a));
    const newH = o.times(activate(outputActivation, newC));
    const gates = { forget: f, input: i, output: o, candidate: a };
    return { gates, states: { h: newH, c: newC }, output: newH };
  });
}
