import { activate } from './activation';
import { affineMap } from './affineMap';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { mix } from './language';
import { addedBound, mixedBound } from './stateBounds';

/** The recurrent highway network with one layer and two free gates; appendix G of GATO 2020. */
export function rhn(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', bias = true } = options;
  const heading = {
    name: 'rhn',
    source: 'Zilly et al. 2017; GATO 2020, appendix G',
    parent: null,
    stateBound: addedBound('h', gateActivation, candidateActivation),
    options: { gateActivation, candidateActivation, bias },
    startsAt: { b_r: 1 },
    states: { h: 'hidden' },
    letters: { forget: 'r', input: 'z', candidate: 'a' },
  } as const;
  return cell(heading, (x, { h }) => {
    const r = activate(gateActivation, affineMap('r', x, h, bias));
    const z = activate(gateActivation, affineMap('z', x, h, bias));
    const a = activate(candidateActivation, affineMap('a', x, h, bias));
    const newH = r.times(h).plus(z.times(a));
    return { gates: { forget: r, input: z, candidate: a }, states: { h: newH }, output: newH };
  });
}

/** The same with coupled gates, which bounds the state (BRHN); appendix G of GATO 2020. */
export function brhn(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', bias = true } = options;
  const heading = {
    name: 'brhn',
    source: 'GATO 2020, appendix G',
    parent: 'rhn',
    stateBound: mixedBound('h', gateActivation, candidateActivation),
    options: { gateActivation, candidateActivation, bias },
    startsAt: { b_r: 1 },
    states: { h: 'hidden' },
    letters: { forget: 'r', candidate: 'a' },
  } as const;
  return cell(heading, (x, { h }) => {
    const r = activate(gateActivation, affineMap('r', x, h, bias));
    const a = activate(candidateActivation, affineMap('a', x, h, bias));
    const newH = mix(r, a, h);
    return { gates: { forget: r, candidate: a }, states: { h: newH }, output: newH };
  });
}
