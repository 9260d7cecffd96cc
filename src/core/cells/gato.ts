import { Problem } from '../problem';
import { activate } from './activation';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { entrywise, scale, vector, type Expression } from './language';
import { matrix } from './linearMap';
import { largestValue, rounded } from './stateBounds';

type Pairs = Expression<'pairs'>;

/** W x + w ∘ r + b: each pair sees the whole input, but no other pair. */
const paired = (letter: string, x: Expression<'input'>, r: Pairs): Pairs =>
  matrix(
    `W_${letter}`,
    'input',
    'pairs',
    'input',
  )(x).plus(vector(`u_${letter}`, 'pairs').times(r), vector(`b_${letter}`, 'pairs'));

/** F(x, r): for each pair a network of its own with one layer of ReLU units. */
function twoLayers(x: Expression<'input'>, r: Pairs): Pairs {
  const inner = matrix(
    'W_s',
    'input',
    'units',
    'input',
  )(x).plus(matrix('u_s', 'pairs', 'units', 'recurrent', { kind: 'spread' })(r), vector('b_s', 'units'));
  return matrix('v_s', 'units', 'pairs', 'inner', { kind: 'gather' })(entrywise('relu', inner)).plus(
    vector('c_s', 'pairs'),
  );
}

/** GATO with one layer (2020, equation 4): s only ever adds up, so its gradient never fades; the decoder sees its cosine. */
export const gato = define('gato', 'GATO 2020, equation 4', 1);

/** GATO with a layer of ReLU units for each pair in front of s (equation 5). */
export const gato2 = define('gato-2', 'GATO 2020, equation 5', 2);

function define(name: string, source: string, layers: 1 | 2): (options?: CellOptions) => Cell {
  return (options = {}) => {
    const { gateActivation = 'sigmoid', decoder = 'cos', lambda = 0.7, units = 32 } = options;
    const kept = lambda === 0 ? 0 : Math.abs(lambda) * largestValue(gateActivation);
    const limit = kept === lambda ? '1 / (1 − λ)' : rounded(1 / (1 - kept));
    const heading = {
      name,
      source,
      parent: 'gru',
      stateBound:
        kept < 1
          ? {
              text: `|r| ≤ max(|r₀|, ${limit}) with λ = ${lambda}; s grows with every step, and only its ${decoder} is seen`,
              unbounded: ['s'],
            }
          : { text: `r and s are unbounded with λ = ${lambda} and this gate`, unbounded: ['s', 'r'] },
      options: { gateActivation, decoder, lambda, ...(layers === 2 ? { units } : {}) },
      sizes: (_: number, hidden: number) => {
        if (hidden % 2 !== 0) throw new Problem(`The cell ${name} consists of pairs: choose an even hidden size.`);
        return { pairs: hidden / 2, ...(layers === 2 ? { units: (hidden / 2) * units } : {}) };
      },
      states: { s: 'pairs', r: 'pairs' },
      letters: { increment: 'd', forget: 'f', candidate: 'a' },
    } as const;
    return cell(heading, (x, { s, r }) => {
      const d = entrywise('softplus', layers === 1 ? paired('s', x, r) : twoLayers(x, r));
      const f = activate(gateActivation, paired('f', x, r));
      const a = entrywise('tanh', paired('a', x, r));
      const newS = s.plus(d);
      const newR = scale(lambda, f.times(r)).plus(a);
      const output = entrywise(decoder, newS);
      return { gates: { increment: d, forget: f, candidate: a }, states: { s: newS, r: newR }, output };
    });
  };
}
