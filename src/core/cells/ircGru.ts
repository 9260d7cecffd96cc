import { activate } from './activation';
import { inputMap } from './affineMap';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { amendedInput } from './inputResidual';
import { mix } from './language';
import { convexBound } from './stateBounds';

/** The GRU with an input residual connection, equations 14 to 17 of Kuo et al. 2020. */
export function ircGru({ gateActivation = 'sigmoid' }: CellOptions = {}): Cell {
  const heading = {
    name: 'irc-gru',
    source: 'Kuo et al. 2020, equations 14–17',
    parent: 'gru',
    stateBound: convexBound(gateActivation, ['h'], '|h| ≤ max(|h₀|, max |W_a x|)'),
    options: { gateActivation },
    states: { h: 'hidden' },
    letters: { update: 'i', reset: 'r', candidate: 'a' },
  } as const;
  return cell(heading, (x, { h }) => {
    const v = amendedInput(x, h);
    const i = activate(gateActivation, inputMap('i', v));
    const r = activate(gateActivation, inputMap('r', v));
    const a = inputMap('a', x);
    const newH = mix(i, h, r.times(a));
    return {
      gates: { update: i, reset: r, candidate: a },
      states: { h: newH },
      output: newH,
      notation: { quantities: { v } },
    };
  });
}
