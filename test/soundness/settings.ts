import { architecture, candidate } from './candidate';
import { bank, bestOnSample, moved, randomSearch } from './choose';
import { seededRandom } from '../../src/core/linalg/seededRandom';
import { average, bits, concept, declared, delta, majority, signs } from './distributions';
import { population } from './population';
import { planned, selected, type Choice, type Planned } from './planned';
import { trainedNetwork } from './trainedNetwork';
import { trainedReadout } from './trainedReadout';

const vanilla = (hiddenSize: number, readout = 1): Choice['own'] =>
  architecture({ cell: 'vanilla', inputSize: 1, hiddenSize, readout });

const many = { candidates: 1000, scale: 2, loss: { margin: 0.05 } } as const;
const some = { candidates: 300, scale: 2, loss: { margin: 0.05 } } as const;

/** So few sequences that a readout learns them by heart: the one in which wrong theories are caught first. */
export const byHeart = planned('vanilla, readout learns noise by heart', 1000, async () => {
  const grid = Array.from({ length: 8 }, (_, k) => [(2 * k - 7) / 7]);
  const from = population({ symbols: grid, lengths: [0, 0, 1], labels: concept(2, 0.5, 0) });
  const own = vanilla(32);
  const start = new Map(moved(own, 1, seededRandom(5), null));
  start.set('V', new Float64Array(32)).set('c', new Float64Array(1));
  return {
    ...{ training: 24, heldOut: 50, population: from, declarations: declared(from) },
    description: 'only V and c are trained, on labels that are noise; distances are measured from where they started',
    origin: await candidate(own, start, from),
    choose: trainedReadout(own, from, start, 0.1),
  };
});

/** The best of many on labels that are noise. */
export const noise = (candidates: number): Planned =>
  selected({
    ...many,
    candidates,
    ...{
      name: 'vanilla, 50 % noise',
      by: 'sample',
      training: 2000,
      own: vanilla(2),
      from: bits(6, concept(2, 0.5, 1)),
    },
  });

/** Lengths and norms that the sample may not show are read off it, and nothing is declared. */
export const undeclared = (candidates: number): Planned =>
  selected({
    ...many,
    candidates,
    ...{ name: 'vanilla, nothing declared, rare sequences', by: 'risk', training: 3000, own: vanilla(2, 3) },
    from: population({
      symbols: [...signs, [0.5], [0]],
      lengths: [0.3, 0.5, 0.19999, 0.00001],
      labels: (word) => concept(3, word.length === 4 ? 0.9 : 0.2, 3)(word),
    }),
    declarations: { delta },
  });

export const gated = (
  cell: 'mgu' | 'gru' | 'gru-reset-after' | 'lstm',
  by: Choice['by'],
  candidates: number = some.candidates,
): Planned =>
  selected({
    ...some,
    candidates,
    ...{ name: `${cell}, 30 % noise`, by, training: 4000, from: bits(4, concept(2, 0.3, 4)) },
    own: architecture({ cell, inputSize: 1, hiddenSize: 2 }),
  });

const stacked = (name: string, request: Parameters<typeof architecture>[0]): Planned =>
  selected({
    ...some,
    ...{ name, by: 'risk', training: 4000, from: bits(3, concept(2, 0.3, 5)), own: architecture(request) },
  });

const regression = (cell: 'vanilla' | 'gru', noiseSize: number): Planned =>
  selected({
    ...many,
    ...{ name: `regression, ${cell}`, by: 'risk', training: 3000, scale: 1 },
    loss: { kind: 'absolute', scale: 1, norm: null, everyStep: false },
    own: architecture({ cell, inputSize: 1, hiddenSize: 2 }),
    from: bits(5, average(noiseSize), 'regression'),
  });

const trained = (cell: 'vanilla' | 'lstm', noiseShare: number): Planned =>
  planned(`${cell}, trained by gradient descent, ${100 * noiseShare} % noise`, 200, async () => {
    const from = bits(6, majority(noiseShare));
    const own = architecture({ cell, inputSize: 1, hiddenSize: 3, readout: 2 });
    return {
      ...{ training: 3000, heldOut: 200, population: from, declarations: declared(from), origin: null },
      description: '150 steps with batches of 50, from other weights in each run',
      choose: await trainedNetwork(own, from, { steps: 150, batch: 50, rate: 0.3, scale: 0.7 }),
    };
  });

/** Rows about networks near the checkpoint, whose true risk is that of the networks near it. */
export const nearbySetting = planned('networks near a vanilla network', 300, async () => {
  const from = bits(3, majority(0.2));
  const own = vanilla(1);
  const all = await bank(own, from, { size: 300, scale: 2 });
  return {
    ...{ training: 1500, heldOut: 200, population: from, declarations: declared(from), origin: null },
    description: 'the best on the sample of 300 networks, with noise and quantised by the searches of the analysis',
    nearby: own.network,
    choose: bestOnSample(all, from, { margin: 0.05 }),
  };
});

export const settings: readonly Planned[] = [
  noise(1000),
  selected({
    ...many,
    ...{ name: 'vanilla, 10 % noise', by: 'sample', training: 20_000, own: vanilla(2), from: bits(6, majority(0.1)) },
  }),
  selected({
    ...many,
    ...{ name: 'vanilla, two classes, 30 % noise', by: 'risk', training: 5000 },
    ...{ own: vanilla(3, 2), from: bits(5, concept(2, 0.3, 2)) },
  }),
  selected({
    ...many,
    ...{ name: 'vanilla with relu, 40 % noise', by: 'risk', training: 5000, from: bits(3, concept(2, 0.4, 6)) },
    own: architecture({ cell: 'vanilla', inputSize: 1, hiddenSize: 2, options: { candidateActivation: 'relu' } }),
  }),
  undeclared(1000),
  selected({
    ...many,
    ...{ name: 'vanilla, a label each step, lengths vary', by: 'risk', training: 3000 },
    own: architecture({ cell: 'vanilla', inputSize: 1, hiddenSize: 2, readout: 2, readoutSteps: 'every' }),
    from: population({
      ...{ symbols: signs, lengths: [0.2, 0.2, 0.3, 0.3], labels: concept(2, 0.4, 7), everyStep: true },
    }),
  }),
  selected({
    ...many,
    ...{
      name: 'vanilla, close to a reference',
      by: 'risk',
      training: 2000,
      scale: 0.05,
      loss: { margin: 0.02 },
      centred: true,
    },
    ...{ own: vanilla(3), from: bits(5, concept(2, 0.4, 8)) },
  }),
  planned('vanilla, a search on the sample', 1000, async () => {
    const from = bits(4, concept(2, 0.5, 9));
    const own = vanilla(2);
    const start = await candidate(own, moved(own, 1, seededRandom(10), null), from);
    return {
      ...{ training: 400, heldOut: 200, population: from, declarations: declared(from), origin: null },
      description: '60 random steps, kept where the error on the sample does not grow; labels are noise',
      choose: randomSearch(own, from, { start, steps: 60, scale: 0.7, loss: { margin: 0.05 } }),
    };
  }),
  selected({
    ...some,
    ...{ name: 'lstm, many sequences', by: 'sample', training: 100_000, from: bits(4, majority(0.1)) },
    own: architecture({ cell: 'lstm', inputSize: 1, hiddenSize: 1 }),
    runs: 200,
  }),
  regression('vanilla', 0.25),
  regression('gru', 0.5),
  selected({
    ...many,
    ...{ name: 'regression, vanilla, nothing declared, a label each step', by: 'risk', training: 3000 },
    ...{ loss: { kind: 'absolute', scale: 1, norm: null, everyStep: true }, scale: 1, declarations: { delta } },
    own: architecture({ cell: 'vanilla', inputSize: 1, hiddenSize: 2, readoutSteps: 'every' }),
    from: population({
      ...{ symbols: signs, lengths: [0.2, 0.2, 0.3, 0.3], task: 'regression', everyStep: true },
      labels: average(0.5),
    }),
  }),
  byHeart,
  ...(['mgu', 'gru', 'gru-reset-after', 'lstm'] as const).map((cell) => gated(cell, 'risk')),
  selected({
    ...some,
    ...{
      name: 'gru, close to a reference',
      by: 'risk',
      training: 2000,
      scale: 0.05,
      loss: { margin: 0.02 },
      centred: true,
    },
    ...{ own: architecture({ cell: 'gru', inputSize: 1, hiddenSize: 2 }), from: bits(4, concept(2, 0.4, 11)) },
  }),
  stacked('two layers of a vanilla cell', { cell: 'vanilla', inputSize: 1, hiddenSize: 2, layers: 2 }),
  stacked('bidirectional gru', { cell: 'gru', inputSize: 1, hiddenSize: 2, bidirectional: true }),
  stacked('ugrnn', { cell: 'ugrnn', inputSize: 1, hiddenSize: 2 }),
  trained('vanilla', 0.2),
  trained('lstm', 0.4),
  nearbySetting,
];
