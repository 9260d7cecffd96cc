import { activate } from './activation';
import { inputMap } from './affineMap';
import { cell, requireSameWidths, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { diagonallyAmendedInput } from './inputResidual';
import { concat, mix, vector, type Expression } from './language';
import { convexBound } from './stateBounds';

const bound = 'max(|c₀|, max |W_a x|)';

/** The simple recurrent unit (Lei et al. 2018), equations 27 to 30 of Kuo et al. 2020. */
export function sru({ gateActivation = 'sigmoid', bias = true }: CellOptions = {}): Cell {
  const heading = {
    name: 'sru',
    source: 'Lei et al. 2018; Kuo et al. 2020, equations 27–30',
    parent: null,
    stateBound: convexBound(gateActivation, ['c'], `|c| ≤ ${bound}`),
    options: { gateActivation, bias },
    startsAt: { b_f: 1 },
    sizes: requireSameWidths('sru'),
    states: { c: 'hidden' },
    letters: { forget: 'f', output: 'p', candidate: 'a' },
  } as const;
  const gate = (letter: string, x: Expression<'input'>, c: Expression<'hidden'>): Expression<'hidden'> => {
    const seen = vector(`omega_${letter}`, 'hidden').times(c);
    return activate(gateActivation, inputMap(letter, x).plus(seen, ...(bias ? [vector(`b_${letter}`, 'hidden')] : [])));
  };
  return cell(heading, (x, { c }) => {
    const [f, p, a] = [gate('f', x, c), gate('p', x, c), inputMap('a', x)];
    const newC = mix(f, a, c);
    const h = mix(p, concat('hidden', [x]), newC);
    return { gates: { forget: f, output: p, candidate: a }, states: { c: newC }, output: h };
  });
}

/** The SRU with an input residual connection, equations 31 to 35 of Kuo et al. 2020. */
export function ircSru({ gateActivation = 'sigmoid' }: CellOptions = {}): Cell {
  const heading = {
    name: 'irc-sru',
    source: 'Kuo et al. 2020, equations 31–35',
    parent: 'sru',
    stateBound: convexBound(gateActivation, ['h', 'c'], `|c| ≤ ${bound}, |h| ≤ max(|h₀|, |c|, |x|)`),
    options: { gateActivation },
    sizes: requireSameWidths('irc-sru'),
    states: { h: 'hidden', c: 'hidden' },
    letters: { forget: 'f', output: 'p', candidate: 'a' },
  } as const;
  return cell(heading, (x, { h, c }) => {
    const v = diagonallyAmendedInput(x, h);
    const f = activate(gateActivation, inputMap('f', v));
    const p = activate(gateActivation, inputMap('p', v));
    const a = inputMap('a', x);
    const newC = mix(f, a, c);
    const newH = mix(p, concat('hidden', [x]), newC);
    return {
      gates: { forget: f, output: p, candidate: a },
      states: { h: newH, c: newC },
      output: newH,
      notation: { quantities: { v } },
    };
  });
}
