import { activate } from './activation';
import { biases, inputMap, recurrentMap } from './affineMap';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { scaledBy } from './composites';
import { amendedInput } from './inputResidual';
import { entrywise, mix, vector, type Expression } from './language';
import { convexBound, growingBound, isBetweenZeroAndOne, largestValue, times, valuesOf } from './stateBounds';

/** β = σ(trainable) and κ = σ(trainable), numbers. */
const number = (name: string): Expression<'one'> => entrywise('sigmoid', vector(name, 'one'));

/**
 * FastGRNN (Kusupati et al. 2018), equations 45 to 47 of Kuo et al. 2020. In its own paper gate and candidate share their
 * matrices (`tied`).
 */
export function fastGrnn(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', bias = true, tied = false } = options;
  const largest = largestValue(candidateActivation);
  const isConvex = isBetweenZeroAndOne(valuesOf(gateActivation)) && largest < Infinity;
  const heading = {
    name: 'fast-grnn',
    source: 'Kusupati et al. 2018; Kuo et al. 2020, equations 45–47',
    parent: null,
    stateBound: growingBound('h', isConvex ? `${times(largest, 'β')} + ${times(largest, 'κ t')}` : null),
    options: { gateActivation, candidateActivation, bias, tied },
    // β and κ as the authors' own code starts them.
    startsAt: { b_f: 1, beta: 1, kappa: -4 },
    states: { h: 'hidden' },
    letters: { forget: 'f', candidate: 'a' },
  } as const;
  return cell(heading, (x, { h }) => {
    const pre = (letter: string): Expression<'hidden'> => {
      const shared = tied ? '' : letter;
      return inputMap(shared, x).plus(recurrentMap(shared, h), ...biases(letter, bias));
    };
    const f = activate(gateActivation, pre('f'));
    const a = activate(candidateActivation, pre('a'));
    const newH = mix(f, scaledBy(number('beta'), a), h).plus(scaledBy(number('kappa'), a));
    return { gates: { forget: f, candidate: a }, states: { h: newH }, output: newH };
  });
}

/** FastGRNN with an input residual connection, equations 48 to 51 of Kuo et al. 2020. */
export function ircFastGrnn({ gateActivation = 'sigmoid' }: CellOptions = {}): Cell {
  const heading = {
    name: 'irc-fast-grnn',
    source: 'Kuo et al. 2020, equations 48–51',
    parent: 'fast-grnn',
    stateBound: convexBound(gateActivation, ['h'], '|h| ≤ max(|h₀|, β max |W_a x|)'),
    options: { gateActivation },
    startsAt: { beta: 1 },
    states: { h: 'hidden' },
    letters: { forget: 'f', candidate: 'a' },
  } as const;
  return cell(heading, (x, { h }) => {
    const v = amendedInput(x, h);
    const f = activate(gateActivation, inputMap('f', v));
    const a = inputMap('a', x);
    const newH = mix(f, scaledBy(number('beta'), a), h);
    return { gates: { forget: f, candidate: a }, states: { h: newH }, output: newH, notation: { quantities: { v } } };
  });
}
