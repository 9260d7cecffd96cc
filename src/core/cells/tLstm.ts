import { activate } from './activation';
import { inputMap } from './affineMap';
import { cell, requireSameWidths, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { diagonallyAmendedInput } from './inputResidual';
import { mix, vector, type Expression } from './language';
import { matrix } from './linearMap';
import { convexBound } from './stateBounds';

/**
 * The strongly typed LSTM (Balduzzi & Ghifary 2016), equations 36 to 39 of Kuo et al. 2020: the gates see two inputs and no
 * state. The last input, x₋, is kept as a state.
 */
export function tLstm({ gateActivation = 'sigmoid', bias = true }: CellOptions = {}): Cell {
  const heading = {
    name: 't-lstm',
    source: 'Balduzzi & Ghifary 2016; Kuo et al. 2020, equations 36–39',
    parent: 'lstm',
    stateBound: convexBound(gateActivation, ['c'], '|c| ≤ max(|c₀|, max |W_a x + U_a x₋ + b_a|)'),
    options: { gateActivation, bias },
    startsAt: { b_f: 1 },
    states: { c: 'hidden', last: 'input' },
    letters: { forget: 'f', output: 'o', candidate: 'a' },
  } as const;
  const typed = (letter: string, x: Expression<'input'>, last: Expression<'input'>): Expression<'hidden'> =>
    inputMap(letter, x).plus(
      matrix(`U_${letter}`, 'input', 'hidden', 'recurrent')(last),
      ...(bias ? [vector(`b_${letter}`, 'hidden')] : []),
    );
  return cell(heading, (x, { c, last }) => {
    const f = activate(gateActivation, typed('f', x, last));
    const o = activate(gateActivation, typed('o', x, last));
    const a = typed('a', x, last);
    const newC = mix(f, a, c);
    return { gates: { forget: f, output: o, candidate: a }, states: { c: newC, last: x }, output: o.times(newC) };
  });
}

/** The strongly typed LSTM with an input residual connection, equations 40 to 44 of Kuo et al. 2020. */
export function ircTLstm({ gateActivation = 'sigmoid' }: CellOptions = {}): Cell {
  const heading = {
    name: 'irc-t-lstm',
    source: 'Kuo et al. 2020, equations 40–44',
    parent: 't-lstm',
    stateBound: convexBound(gateActivation, ['h', 'c'], '|h| ≤ |c| ≤ max(|c₀|, max |W_a x|)'),
    options: { gateActivation },
    sizes: requireSameWidths('irc-t-lstm'),
    states: { h: 'hidden', c: 'hidden' },
    letters: { forget: 'f', output: 'o', candidate: 'a' },
  } as const;
  return cell(heading, (x, { h, c }) => {
    const v = diagonallyAmendedInput(x, h);
    const f = activate(gateActivation, inputMap('f', v));
    const o = activate(gateActivation, inputMap('o', v));
    const a = inputMap('a', x);
    const newC = mix(f, a, c);
    const newH = o.times(newC);
    return {
      gates: { forget: f, output: o, candidate: a },
      states: { h: newH, c: newC },
      output: newH,
      notation: { quantities: { v } },
    };
  });
}
