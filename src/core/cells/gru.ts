import { activate, clipped } from './activation';
import { affineMap, biases, inputMap, recurrentMap } from './affineMap';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { mix, vector, type Expression } from './language';
import { mixedBound } from './stateBounds';

type Candidate = (
  x: Expression<'input'>,
  h: Expression<'hidden'>,
  r: Expression<'hidden'>,
  bias: boolean,
) => Expression<'hidden'>;

/** The gated recurrent unit (Cho et al. 2014): the reset gate acts on the state before the recurrent matrix does. */
export const gru = define(
  'gru',
  'Cho et al. 2014',
  () => [],
  (x, h, r, bias) => affineMap('a', x, r.times(h), bias),
);

/**
 * The same with the reset gate acting after the recurrent matrix, which therefore has a bias of its own, b_u: cuDNN, Keras
 * with `reset_after`, ONNX with `linear_before_reset`, and the first preprint of the paper.
 */
export const gruResetAfter = define('gru-reset-after', 'Cho et al. 2014, version 1', twoBiases, (x, h, r, bias) => {
  const past = recurrentMap('a', h).plus(...(bias ? [vector('b_u', 'hidden')] : []));
  return inputMap('a', x).plus(...biases('a', bias), r.times(past));
});

/** Its formats store an input bias and a recurrent bias for each gate. */
function twoBiases(bias: boolean): readonly string[] {
  return bias ? ['b_r', 'b_z'] : [];
}

function define(
  name: string,
  source: string,
  storedTwice: (bias: boolean) => readonly string[],
  candidate: Candidate,
): (options?: CellOptions) => Cell {
  return (options = {}) => {
    const { gateActivation = 'sigmoid', candidateActivation = 'tanh', updateKeeps = true, bias = true } = options;
    const { clip = null } = options;
    const heading = {
      name,
      source,
      parent: null,
      stateBound: mixedBound('h', gateActivation, candidateActivation, { clip, keeps: updateKeeps }),
      storedTwice: storedTwice(bias),
      options: { gateActivation, candidateActivation, updateKeeps, bias, clip },
      states: { h: 'hidden' },
      letters: { reset: 'r', update: 'z', candidate: 'a' },
    } as const;
    return cell(heading, (x, { h }) => {
      const r = activate(gateActivation, clipped(clip, affineMap('r', x, h, bias)));
      const z = activate(gateActivation, clipped(clip, affineMap('z', x, h, bias)));
      const a = activate(candidateActivation, clipped(clip, candidate(x, h, r, bias)));
      const newH = updateKeeps ? mix(z, a, h) : mix(z, h, a);
      return { gates: { reset: r, update: z, candidate: a }, states: { h: newH }, output: newH };
    });
  };
}
