import { activate } from './activation';
import { affineMap } from './affineMap';
import { cell, requireSameWidths, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { concat, mix } from './language';
import { mixedBound } from './stateBounds';

/** The intersection RNN (+RNN), equations 15 to 20 of Collins, Sohl-Dickstein & Sussillo 2017: one gate for time, one for depth. */
export function intersection(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', outputActivation = 'relu', bias = true } = options;
  const ofState = mixedBound('h', gateActivation, candidateActivation);
  const heading = {
    name: 'intersection',
    source: 'Collins, Sohl-Dickstein & Sussillo 2017, equations 15–20',
    parent: 'ugrnn',
    stateBound: { ...ofState, text: `${ofState.text}; the output y is as large as the input and its weights make it` },
    options: { gateActivation, candidateActivation, outputActivation, bias },
    startsAt: { b_gy: 1, b_gh: 1 },
    sizes: requireSameWidths('intersection'),
    states: { h: 'hidden' },
    letters: { outputCandidate: 'yin', candidate: 'hin', output: 'gy', update: 'gh' },
  } as const;
  return cell(heading, (x, { h }) => {
    const yIn = activate(outputActivation, affineMap('yin', x, h, bias));
    const hIn = activate(candidateActivation, affineMap('hin', x, h, bias));
    const gy = activate(gateActivation, affineMap('gy', x, h, bias));
    const gh = activate(gateActivation, affineMap('gh', x, h, bias));
    const newH = mix(gh, hIn, h);
    return {
      gates: { outputCandidate: yIn, candidate: hIn, output: gy, update: gh },
      states: { h: newH },
      output: mix(gy, yIn, concat('hidden', [x])),
    };
  });
}
