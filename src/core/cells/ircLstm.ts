import { activate } from './activation';
import { inputMap } from './affineMap';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { amendedInput, pastInput } from './inputResidual';
import { mix, vector, type Expression } from './language';
import { matrix } from './linearMap';
import { lstmBound } from './stateBounds';

/** The LSTM with an input residual connection, equations 22 to 26 of Kuo et al. 2020. */
export function ircLstm(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', outputActivation = 'tanh' } = options;
  const heading = {
    ...commonHeading,
    name: 'irc-lstm',
    source: 'Kuo et al. 2020, equations 22–26',
    stateBound: lstmBound(gateActivation, { wide: 'max |W_a x|' }, outputActivation),
    options: { gateActivation, outputActivation },
  } as const;
  return cell(heading, (x, { h, c }) => {
    const v = amendedInput(x, h);
    const { gates, ...step } = lstmStep(x, v, c, options);
    return { gates, ...step, notation: { quantities: { v } } };
  });
}

/**
 * The LSTM with an input highway connection, equations 52 and 53 of Kuo et al. 2020. As printed, Γ reads the state; the
 * paper's counts of weights fit a Γ that is square and reads U_v h instead (`gammaReads`).
 */
export function ihcLstm(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', outputActivation = 'tanh', gammaReads = 'state' } = options;
  const heading = {
    ...commonHeading,
    name: 'ihc-lstm',
    source: 'Kuo et al. 2020, equations 52–53',
    stateBound: lstmBound(gateActivation, { wide: 'max |W_a x|' }, outputActivation),
    options: { gateActivation, outputActivation, gammaReads },
    letters: { residual: 'g', ...commonHeading.letters },
  } as const;
  return cell(heading, (x, { h, c }) => {
    const past = pastInput(h);
    const seen =
      gammaReads === 'state'
        ? matrix('Gamma', 'hidden', 'input', 'recurrent')(h)
        : matrix('Gamma', 'input', 'input', 'recurrent')(past);
    const g = activate(gateActivation, matrix('W_g', 'input', 'input', 'input')(x).plus(seen, vector('b_g', 'input')));
    const v = mix(g, x, past);
    const { gates, ...step } = lstmStep(x, v, c, options);
    return { gates: { residual: g, ...gates }, ...step, notation: { quantities: { v } } };
  });
}

const commonHeading = {
  parent: 'lstm',
  states: { h: 'hidden', c: 'hidden' },
  letters: { forget: 'f', input: 'i', output: 'o', candidate: 'a' },
} as const;

function lstmStep(
  x: Expression<'input'>,
  v: Expression<'input'>,
  c: Expression<'hidden'>,
  { gateActivation = 'sigmoid', outputActivation = 'tanh' }: CellOptions,
) {
  const [f, i, o] = ['f', 'i', 'o'].map((letter) => activate(gateActivation, inputMap(letter, v))) as [
    Expression<'hidden'>,
    Expression<'hidden'>,
    Expression<'hidden'>,
  ];
  const a = inputMap('a', x);
  const newC = f.times(c).plus(i.times(a));
  const newH = o.times(activate(outputActivation, newC));
  return { gates: { forget: f, input: i, output: o, candidate: a }, states: { h: newH, c: newC }, output: newH };
}
