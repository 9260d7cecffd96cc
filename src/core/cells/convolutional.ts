import { Problem } from '../problem';
import { activate } from './activation';
import { biases } from './affineMap';
import { cell, requireSameWidths, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { scale, sum, tile, type Expression, type Size } from './language';
import { matrix, type LinearMap, type Structure } from './linearMap';
import { largestBound, lstmBound } from './stateBounds';

/**
 * The convolutional RNN with average pooled channels (Chen, Li & Zhao 2019, section 5): k filters of width k on a sequence
 * of numbers, I ∗ x = (1/k) Σ_i I_i ⋆ x. The next layer sees 𝒱 ∗ h.
 */
export function convRnn({ candidateActivation = 'tanh', kernel = 3 }: CellOptions = {}): Cell {
  const structure: Structure = {
    kind: 'convolution',
    kernel: [1, kernel],
    grid: ['one', 'hidden'],
    channels: ['one', 'one'],
  };
  const pooled = (family: string, role: LinearMap['role'], u: Expression, from: Size): Expression<'hidden'> => {
    const filters = Array.from({ length: kernel }, (_, k) =>
      matrix(`${family}_${k + 1}`, from, 'hidden', role, structure)(u),
    );
    return scale(1 / kernel, sum(filters));
  };
  const heading = {
    name: 'conv-rnn',
    source: 'Chen, Li & Zhao 2019, section 5',
    parent: 'vanilla',
    stateBound: largestBound('h', candidateActivation, '𝒰'),
    options: { candidateActivation, kernel },
    sizes: requireSameWidths('conv-rnn'),
    states: { h: 'hidden' },
    letters: {},
  } as const;
  return cell(heading, (x, { h }) => {
    const pre = pooled('W', 'input', x, 'input').plus(pooled('U', 'recurrent', h, 'hidden'));
    const newH = activate(candidateActivation, pre);
    return { gates: { candidate: newH }, states: { h: newH }, output: pooled('V', 'inner', newH, 'hidden') };
  });
}

/** More than any picture has, and few enough for the places of a grid to be counted exactly. */
const mostPlaces = 65_536;

/**
 * The LSTM with convolutions (Shi et al. 2015, without peepholes; Keras ConvLSTM2D with stride 1 and `same` padding). The
 * input size is its channels and the hidden size its filters; what flows are grids of [rows, columns, channels].
 */
export function convLstm(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', outputActivation = 'tanh', bias = true } = options;
  const { kernel = 3, grid = [8, 8] } = options;
  if (!grid.every((count) => Number.isSafeInteger(count) && count >= 1 && count <= mostPlaces)) {
    throw new Problem('The grid of the cell conv-lstm must be two whole numbers from 1 to 65,536: rows and columns.');
  }
  const heading = {
    name: 'conv-lstm',
    source: 'Shi et al. 2015',
    parent: 'lstm',
    stateBound: lstmBound(gateActivation, candidateActivation, outputActivation),
    options: { gateActivation, candidateActivation, outputActivation, bias, kernel, grid },
    startsAt: { b_f: 1 },
    sizes: (channels: number, filters: number) => {
      const [rows, columns] = grid;
      const places = rows * columns;
      return { input: places * channels, hidden: places * filters, ...{ rows, columns, channels, filters } };
    },
    states: { h: 'hidden', c: 'hidden' },
    letters: { forget: 'f', input: 'i', output: 'o', candidate: 'a' },
  } as const;
  const convolution = (channels: Size): Structure => ({
    kind: 'convolution',
    kernel: [kernel, kernel],
    grid: ['rows', 'columns'],
    channels: [channels, 'filters'],
  });
  const pre = (letter: string, x: Expression<'input'>, h: Expression<'hidden'>): Expression<'hidden'> =>
    matrix(
      `W_${letter}`,
      'input',
      'hidden',
      'input',
      convolution('channels'),
    )(x).plus(
      matrix(`U_${letter}`, 'hidden', 'hidden', 'recurrent', convolution('filters'))(h),
      ...biases(letter, bias, 'filters').map((b) => tile(b, 'hidden')),
    );
  return cell(heading, (x, { h, c }) => {
    const f = activate(gateActivation, pre('f', x, h));
    const i = activate(gateActivation, pre('i', x, h));
    const o = activate(gateActivation, pre('o', x, h));
    const a = activate(candidateActivation, pre('a', x, h));
    const newC = f.times(c).plus(i.times(a));
    const newH = o.times(activate(outputActivation, newC));
    const gates = { forget: f, input: i, output: o, candidate: a };
    return { gates, states: { h: newH, c: newC }, output: newH };
  });
}
