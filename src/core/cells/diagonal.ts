import { activate } from './activation';
import { biases, inputMap } from './affineMap';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { mix, vector, type Expression } from './language';
import { lstmBound, mixedBound } from './stateBounds';

type Hidden = Expression<'hidden'>;

/** W_g x + u_g ∘ h + b_g. */
const diagonalMap = (letter: string, x: Expression<'input'>, h: Hidden, bias: boolean): Hidden =>
  inputMap(letter, x).plus(vector(`u_${letter}`, 'hidden').times(h), ...biases(letter, bias));

/** The GRU (reset before) whose recurrent matrices are diagonal; compared in GATO 2020. */
export function gruDiagonal(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', updateKeeps = true, bias = true } = options;
  const heading = {
    name: 'gru-diag',
    source: 'GATO 2020',
    parent: 'gru',
    stateBound: mixedBound('h', gateActivation, candidateActivation, { keeps: updateKeeps }),
    options: { gateActivation, candidateActivation, updateKeeps, bias },
    states: { h: 'hidden' },
    letters: { reset: 'r', update: 'z', candidate: 'a' },
  } as const;
  return cell(heading, (x, { h }) => {
    const r = activate(gateActivation, diagonalMap('r', x, h, bias));
    const z = activate(gateActivation, diagonalMap('z', x, h, bias));
    const a = activate(candidateActivation, diagonalMap('a', x, r.times(h), bias));
    const newH = updateKeeps ? mix(z, a, h) : mix(z, h, a);
    return { gates: { reset: r, update: z, candidate: a }, states: { h: newH }, output: newH };
  });
}

/** The LSTM whose recurrent matrices are diagonal; compared in GATO 2020. */
export function lstmDiagonal(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', outputActivation = 'tanh', bias = true } = options;
  const heading = {
    name: 'lstm-diag',
    source: 'GATO 2020',
    parent: 'lstm',
    stateBound: lstmBound(gateActivation, candidateActivation, outputActivation),
    options: { gateActivation, candidateActivation, outputActivation, bias },
    startsAt: { b_f: 1 },
    states: { h: 'hidden', c: 'hidden' },
    letters: { forget: 'f', input: 'i', output: 'o', candidate: 'a' },
  } as const;
  return cell(heading, (x, { h, c }) => {
    const f = activate(gateActivation, diagonalMap('f', x, h, bias));
    const i = activate(gateActivation, diagonalMap('i', x, h, bias));
    const o = activate(gateActivation, diagonalMap('o', x, h, bias));
    const a = activate(candidateActivation, diagonalMap('a', x, h, bias));
    const newC = f.times(c).plus(i.times(a));
    const newH = o.times(activate(outputActivation, newC));
    const gates = { forget: f, input: i, output: o, candidate: a };
    return { gates, states: { h: newH, c: newC }, output: newH };
  });
}
