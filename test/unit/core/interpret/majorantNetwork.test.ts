import assert from 'node:assert/strict';
import { cellNamed, cellNames, type CellName } from '../../../../src/core/cells/cells';
import { matrixNorms } from '../../../../src/core/analysis/matrixNorms';
import { networkSizes, placedLayers, type Network, type NetworkLayer } from '../../../../src/core/cells/network';
import { parametersOf, storedShape } from '../../../../src/core/cells/parametersOf';
import { stack } from '../../../../src/core/cells/stack';
import { evaluateNetwork } from '../../../../src/core/interpret/evaluateNetwork';
import { majorant } from '../../../../src/core/interpret/majorant';
import { majorantNetwork, networkMajorants } from '../../../../src/core/interpret/majorantNetwork';
import { Problem } from '../../../../src/core/problem';
import { variantsOf } from './cellVariants';
import { networkParameters, networkShares, sameNorms } from './majorantNetworkTrials';
import { randomNumbers, seedOf } from './randomNumbers';

const close = (log: number, expected: number, what: string): void =>
  assert.ok(Math.abs(Math.exp(log) - expected) <= 1e-12 * expected, `${what}: ${Math.exp(log)} instead of ${expected}`);

/** A vanilla layer with relu and without bias, one unit. */
const unit = (name: string, more: Partial<NetworkLayer>): NetworkLayer => ({
  ...{ name, cell: cellNamed('vanilla', { candidateActivation: 'relu', bias: false }), inputSize: 1, hiddenSize: 1 },
  ...{ direction: 'forward', reads: 'input', residual: false },
  ...more,
});

const radii = (values: Readonly<Record<string, number>>) => ({
  matrices: new Map(Object.entries(values).map(([name, value]) => [name, sameNorms(value)])),
  vectors: new Map([['c', { two: 1, inf: 1 }]]),
});

describe('the majorant calculus on networks', () => {
  it('adds up the way through two layers, by hand', () => {
    const network: Network = {
      inputSize: 1,
      layers: [unit('a', {}), unit('b', { reads: [0] })],
      readout: { layers: [1], steps: 'last', outputs: 2, bias: true },
    };
    const blocks = radii({ 'a.W': 2, 'a.U': 3, 'b.W': 5, 'b.U': 7, V: 11 });
    const { scores, layers } = majorantNetwork(network, { p: 2, steps: 2, input: { two: 1, inf: 1 }, ...blocks });
    // a: 2, 3·2 + 2 = 8. b: 5·2 = 10, 7·10 + 5·8 = 110.
    close(layers.get('a')!.logTwo, 8, 'a');
    close(layers.get('b')!.logTwo, 110, 'b');
    close(scores!.logTwo, 11 * 110 + 1, 'scores');
    // a.W moves a by 1 and 3·1 + 1 = 4, and b by 5·1 and 7·5 + 5·4 = 55; a.U moves a by 0 and 2, and b by 0 and 5·2.
    close(scores!.logMoves.get('a.W')!, 11 * 55, 'a.W');
    close(scores!.logMoves.get('a.U')!, 11 * 10, 'a.U');
    // b.W by 2 and 7·2 + 8 = 22, b.U by 0 and 10.
    close(scores!.logMoves.get('b.W')!, 11 * 22, 'b.W');
    close(scores!.logMoves.get('b.U')!, 11 * 10, 'b.U');
    close(scores!.logMoves.get('V')!, 110, 'V');
    close(scores!.logMoves.get('c')!, 1, 'c');
  });

  it('adds up the way through a readout of several layers, by hand', () => {
    const hidden = [{ units: 3, activation: 'relu', bias: true }, { units: 2, activation: 'sigmoid', bias: false }] as const; // prettier-ignore
    const network: Network = {
      inputSize: 1,
      layers: [unit('a', {})],
      readout: { layers: [0], steps: 'last', hidden, outputs: 1, bias: true },
    };
    const radiiOf = {
      matrices: new Map(Object.entries({ 'a.W': 2, 'a.U': 3, V1: 5, V2: 7, V3: 11 }).map(([name, value]) => [name, sameNorms(value)])), // prettier-ignore
      vectors: new Map(['c1', 'c3'].map((name) => [name, { two: 4, inf: 4 }])),
    };
    const { scores } = majorantNetwork(network, { p: 2, steps: 2, input: { two: 1, inf: 1 }, ...radiiOf });
    // a is 2, 3·2 + 2 = 8 large and moves by 4 with a.W, by 2 with a.U. The first dense layer is 5·8 + 4 = 44 large, the second
    // at most σ(7·44) < 1 in each of two entries. What reaches the scores is worth 11 · 1/4 · 7 · 5 of it.
    const through = 11 * 0.25 * 7;
    close(scores!.logMoves.get('a.W')!, through * 5 * 4, 'a.W');
    close(scores!.logMoves.get('a.U')!, through * 5 * 2, 'a.U');
    close(scores!.logMoves.get('V1')!, through * 8, 'V1');
    close(scores!.logMoves.get('c1')!, through, 'c1');
    close(scores!.logMoves.get('V2')!, 11 * 0.25 * 44, 'V2');
    const gate = 1 / (1 + Math.exp(-7 * 44));
    close(scores!.logMoves.get('V3')!, Math.SQRT2 * gate, 'V3');
    close(scores!.logMoves.get('c3')!, 1, 'c3');
    assert.equal(scores!.logMoves.size, 7);
  });

  it('follows a learned initial state and an embedding to the scores, by hand', () => {
    const network: Network = {
      inputSize: 1,
      layers: [unit('a', {}), unit('b', { direction: 'reverse' })],
      readout: { layers: [0, 1], steps: 'last', outputs: 1, bias: false },
    };
    const { scores } = majorantNetwork(network, {
      ...{ p: 'inf', steps: 3, ...radii({ 'a.W': 2, 'a.U': 3, 'b.W': 5, 'b.U': 1, V: 11 }) },
      ...{ input: { two: 7, inf: 7 }, inputBlock: 'E' },
      ...{ initialStates: new Map([['a.h', { two: 4, inf: 4 }]]), initialStatesMove: true },
    });
    // a is 4, then 3·4 + 2·7 = 26, 92, 290; it moves by 3³ with its start, and with E by 2, 3·2 + 2 = 8, 26. b moves by 5, 10, 15.
    close(scores!.logMoves.get('a.h')!, 11 * 27, 'a.h');
    close(scores!.logMoves.get('E')!, 11 * 26, 'E');
    close(scores!.logMoves.get('V')!, 290, 'V');
    close(scores!.logMoves.get('a.W')!, 11 * 7 * 13, 'a.W');
    close(scores!.logMoves.get('b.h')!, 11, 'b.h');
  });

  it('is never exceeded by networks that differ in their embedding and in the states they start from', () => {
    const random = randomNumbers(8);
    const [steps, batch, symbols] = [3, 4, 3];
    const draw = (n: number, scale: number): Float64Array => Float64Array.from({ length: n }, () => scale * random());
    const norm = (p: 2 | 'inf', values: Float64Array): number => (p === 2 ? Math.hypot(...values) : Math.max(...values.map(Math.abs))); // prettier-ignore
    let largest = 0;
    for (let k = 0; k < 300; k++) {
      const p = k % 2 === 0 ? 2 : 'inf';
      const network = stackOf((['gru', 'lstm', 'vanilla', 'irc-gru'] as const)[k % 4]!, { layers: 1, bidirectional: k % 3 === 0, residual: false })!; // prettier-ignore
      const sizes = networkSizes(network);
      const width = network.inputSize;
      const weights = new Map<string, Float64Array>();
      const [matrices, vectors] = [new Map<string, ReturnType<typeof sameNorms>>(), new Map<string, ReturnType<typeof sameNorms>>()]; // prettier-ignore
      for (const q of networkParameters(network)) {
        const { rows, columns } = storedShape(q, { ...sizes, input: width, hidden: 1 });
        const values = draw(rows * columns, 1.2);
        weights.set(q.name, values);
        if (q.kind === 'matrix') matrices.set(q.name, matrixRadii({ rows, columns, values }));
        else vectors.set(q.name, { two: norm(2, values), inf: norm('inf', values), maxRow: 0 });
      }
      const spread = 0.1 ** (k % 3);
      const [table, change] = [draw(symbols * width, 1), draw(symbols * width, spread)];
      const tokens = Array.from({ length: steps * batch }, () => Math.floor(((random() + 1) / 2) * symbols) % symbols);
      const states = placedLayers(network).flatMap(({ cell }) => cell.states.map(({ name, before }) => ({ name, start: draw(sizes[before.size]!, 1), change: draw(sizes[before.size]!, k % 5 === 0 ? 0 : spread) }))); // prettier-ignore
      const scoresWith = (isMoved: number): Float64Array => {
        const moved = table.map((value, j) => value + isMoved * change[j]!);
        const input = Float64Array.from(tokens.flatMap((token) => [...moved.subarray(token * width, (token + 1) * width)])); // prettier-ignore
        const initialStates = new Map(states.map(({ name, start, change: by }) => [name, Float64Array.from({ length: batch * start.length }, (_, j) => start[j % start.length]! + isMoved * by[j % start.length]!)])); // prettier-ignore
        return evaluateNetwork(network, weights, { input, steps, batch, initialStates }).scores!;
      };
      const both = (values: Float64Array, by: Float64Array) => [values, values.map((value, j) => value + by[j]!)];
      const limits = (parts: readonly Float64Array[]) => ({ two: Math.max(...parts.map((part) => norm(2, part))), inf: Math.max(...parts.map((part) => norm('inf', part))) }); // prettier-ignore
      const rowsOf = (values: Float64Array): Float64Array[] => Array.from({ length: symbols }, (_, j) => values.subarray(j * width, (j + 1) * width)); // prettier-ignore
      const { scores } = majorantNetwork(network, {
        ...{ p, steps, matrices, vectors, inputBlock: 'E', input: limits(both(table, change).flatMap(rowsOf)) },
        initialStates: new Map(states.map(({ name, start, change: by }) => [name, limits(both(start, by))])),
        initialStatesMove: true,
      });
      let allowed = Math.exp(scores!.logMoves.get('E')!) * Math.max(...rowsOf(change).map((part) => norm(p, part)));
      for (const { name, change: by } of states) allowed += Math.exp(scores!.logMoves.get(name)!) * norm(p, by);
      const [before, after] = [scoresWith(0), scoresWith(1)];
      const outputs = network.readout!.outputs;
      for (let row = 0; row < before.length; row += outputs) {
        const apart = norm(
          p,
          before.subarray(row, row + outputs).map((value, j) => value - after[row + j]!),
        );
        assert.ok(apart <= allowed * (1 + 1e-9), `${k}: ${apart} above ${allowed}`);
        largest = Math.max(largest, apart / allowed);
      }
    }
    // Radii are Frobenius norms here, which leaves slack at every step.
    assert.ok(largest > 0.03, `no pair moves more than ${largest} of its bound`);
  });

  it('is never exceeded by readouts of several layers', async () => {
    const activations = ['relu', 'tanh', 'sigmoid', 'softplus', 'linear', { kind: 'leakyRelu', alpha: -1.5 }, { kind: 'elu', alpha: 0.5 }] as const; // prettier-ignore
    const random = randomNumbers(5);
    let largest = 0;
    for (const [place, activation] of activations.entries()) {
      const hidden = [{ units: 3, activation, bias: true }, { units: 2, activation: activations[(place + 2) % 7]!, bias: place % 2 === 0 }]; // prettier-ignore
      const base = stackOf('gru', { layers: 1, bidirectional: place % 2 === 1, residual: false })!;
      const steps = place % 3 === 0 ? 'mean' : base.readout!.steps;
      const network = { ...base, readout: { ...base.readout!, hidden, steps } };
      for (let k = 0; k < 48; k++) {
        const shares = await networkShares(network, k % 2 === 0 ? 2 : 'inf', k >> 1, random);
        const said = `${JSON.stringify(activation)}: ${JSON.stringify(shares)}`;
        assert.ok(shares.movement <= 1 + 1e-9 && shares.size <= 1 + 1e-9, said);
        largest = Math.max(largest, shares.movement);
      }
    }
    assert.ok(largest > 0.3, `no readout moves more than ${largest} of its bound`);
  });

  it('reads the other direction where it has been, by hand', () => {
    const network: Network = {
      inputSize: 1,
      layers: [unit('a', { direction: 'reverse' }), unit('b', { reads: [0] })],
      readout: null,
    };
    const blocks = radii({ 'a.W': 2, 'a.U': 3, 'b.W': 5, 'b.U': 0.5 });
    const { scores, layers } = majorantNetwork(network, { p: 'inf', steps: 3, input: { two: 1, inf: 1 }, ...blocks });
    // a is 2, 8, 26 large after 1, 2, 3 steps; b reads it after 3 at first: 5·26, then 65 + 5·8, then 52.5 + 5·2.
    assert.equal(scores, null);
    close(layers.get('a')!.logInf, 26, 'a');
    close(layers.get('b')!.logInf, 130, 'b');
    // a.W moves a by 1, 4, 13, and b by 5·13, then 32.5 + 20, then 26.25 + 5.
    close(layers.get('b')!.logMoves.get('a.W')!, 65, 'a.W');
    // b.W moves b by 26, then 13 + 8, then 10.5 + 2.
    close(layers.get('b')!.logMoves.get('b.W')!, 26, 'b.W');
    // b.U by 0, then 130, then 65 + 105.
    close(layers.get('b')!.logMoves.get('b.U')!, 170, 'b.U');
  });

  it('allows for sequences that end sooner, which the other direction enters later', () => {
    const network: Network = {
      inputSize: 1,
      layers: [unit('a', { direction: 'reverse' }), unit('b', { reads: [0] })],
      readout: null,
    };
    const blocks = radii({ 'a.W': 2, 'a.U': 0.1, 'b.W': 5, 'b.U': 0.5 });
    const { layers } = majorantNetwork(network, {
      ...{ p: 'inf', steps: 3, input: { two: 1, inf: 1 }, ...blocks },
      initialStates: new Map(['a.h', 'b.h'].map((state) => [state, { two: 100, inf: 100 }])),
    });
    // From 100 a falls to 12, 3.2 and 2.32. In a sequence of one step b reads the 12 at once: 50 + 60, where three steps
    // only lead to 61.6, 46.8 and 83.4. As any sequence may be as short: 110, 55 + 60, 57.5 + 60.
    close(layers.get('b')!.logInf, 117.5, 'b');
    close(layers.get('b')!.logMoves.get('b.W')!, 12 + 6 + 3, 'b.W');
  });

  it('puts two directions side by side and adds what a layer reads, by hand', () => {
    const both = [unit('a', {}), unit('b', { direction: 'reverse' }), unit('c', { reads: [0], residual: true })];
    const network: Network = {
      ...{ inputSize: 1, layers: both },
      readout: { layers: [0, 1, 2], steps: 'every', outputs: 1, bias: false },
    };
    const blocks = radii({ 'a.W': 3, 'a.U': 0, 'b.W': 4, 'b.U': 0, 'c.W': 3, 'c.U': 0, V: 2 });
    const networkClass = { steps: 5, input: { two: 1, inf: 1 }, ...blocks };
    // The layers hand on 3, 4 and 3·3 + 3 = 12: √(9 + 16 + 144) = 13. a.W moves the first by 1 and the third by 3 + 1.
    const two = majorantNetwork(network, { p: 2, ...networkClass }).scores!;
    // One score is as large as its largest entry, which the max norm bounds better: 2·12.
    close(two.logTwo, 2 * 12, 'scores');
    close(two.logMoves.get('V')!, 13, 'V');
    close(two.logMoves.get('a.W')!, 2 * Math.sqrt(1 + 16), 'a.W');
    const inf = majorantNetwork(network, { p: 'inf', ...networkClass }).scores!;
    close(inf.logMoves.get('V')!, 12, 'V');
    close(inf.logMoves.get('a.W')!, 2 * 4, 'a.W');
  });

  it('says of one layer what it says of its cell', () => {
    for (const name of cellNames) {
      const { options, inputSize, hiddenSize } = variantsOf(name)[0]!;
      const cell = cellNamed(name, options);
      const layer = unit('1', { cell, inputSize, hiddenSize });
      const network: Network = { inputSize: cell.sizes(inputSize, hiddenSize).input, layers: [layer], readout: null };
      for (const p of [2, 'inf'] as const) {
        const rest = { p, steps: 6, input: { two: 1.5, inf: 1 } };
        const of = (prefix: string) => ({
          matrices: new Map(parametersOf(cell).map((q) => [prefix + q.name, { two: 0.7, inf: 0.9, maxRow: 0.6 }])),
          vectors: new Map(parametersOf(cell).map((q) => [prefix + q.name, { two: 0.7, inf: 0.5, high: 0 }])),
        });
        const alone = majorant(cell, { ...rest, ...of(''), sizes: cell.sizes(inputSize, hiddenSize) });
        const found = majorantNetwork(network, { ...rest, ...of('1.') }).layers.get('1')!;
        assert.equal(found.logTwo, alone.logTwo);
        for (const [block, log] of alone.logMoves) assert.equal(found.logMoves.get(`1.${block}`), log, block);
        assert.deepEqual(found.gateRanges, alone.gateRanges);
        assert.deepEqual(
          [...found.states.values()].map(({ logInf }) => logInf),
          [...alone.states.values()].map(({ logInf }) => logInf),
        );
      }
    }
  });

  it('answers about one class after another as if each were the first', () => {
    const network = stackOf('lstm', { layers: 2, bidirectional: true, residual: false })!;
    const classOf = (p: 2 | 'inf', norm: number) => ({
      ...{ p, steps: 30, input: { two: 1.5, inf: 1 } },
      matrices: new Map(networkParameters(network).map(({ name }) => [name, sameNorms(norm)])),
      vectors: new Map(networkParameters(network).map(({ name }) => [name, sameNorms(norm / 2)])),
    });
    const majorants = networkMajorants(network);
    for (const [p, norm] of [
      [2, 3],
      [2, 0.2],
      ['inf', 1],
      [2, 3],
      ['inf', 4],
    ] as const) {
      assert.deepEqual(majorants(classOf(p, norm)), majorantNetwork(network, classOf(p, norm)));
    }
  });

  it('names the layer whose operation has no Lipschitz constant', () => {
    const jumping = cellNamed('vanilla', { candidateActivation: { kind: 'thresholdedRelu', alpha: 1 }, bias: false });
    const network: Network = {
      inputSize: 1,
      layers: [unit('a', {}), unit('b', { cell: jumping, reads: [0] })],
      readout: null,
    };
    const blocks = radii({ 'a.W': 1, 'a.U': 1, 'b.W': 1, 'b.U': 1 });
    const { notCertifiable } = majorantNetwork(network, { p: 2, steps: 2, input: { two: 1, inf: 1 }, ...blocks });
    assert.equal(notCertifiable, 'b: thresholdedRelu has no Lipschitz constant: it jumps at 1');
  });

  it('has numbers for a stack of both directions after 20,000 steps', function () {
    this.timeout(30_000);
    const network = stackOf('gru', { layers: 2, bidirectional: true, residual: false })!;
    const { scores } = majorantNetwork(network, {
      ...{ p: 'inf', steps: 20_000, input: { two: 1, inf: 1 } },
      matrices: new Map(networkParameters(network).map(({ name }) => [name, sameNorms(3)])),
      vectors: new Map(networkParameters(network).map(({ name }) => [name, sameNorms(1)])),
    });
    for (const log of [scores!.logTwo, ...scores!.logMoves.values()]) assert.ok(Number.isFinite(log));
  });

  const shapes = [
    { layers: 1, bidirectional: true, residual: false },
    { layers: 2, bidirectional: false, residual: false },
    { layers: 3, bidirectional: false, residual: true },
    { layers: 2, bidirectional: true, residual: true },
  ];
  for (const name of cellNames) {
    it(`is never passed by two stacks of one class: ${name}`, async () => {
      const seed = seedOf(name);
      const random = randomNumbers(seed);
      let [tried, largest] = [0, 0];
      for (const shape of shapes) {
        const network = stackOf(name, shape);
        if (!network) continue;
        for (let k = 0; k < 8; k++, tried++) {
          const p = k % 2 === 0 ? 2 : 'inf';
          const shares = await networkShares(network, p, (k >> 1) + seed, random);
          const said = `${JSON.stringify(shape)}, p = ${p}: ${JSON.stringify(shares)}`;
          assert.ok(shares.movement <= 1 + 1e-9 && shares.size <= 1 + 1e-9 && shares.layers <= 1 + 1e-9, said);
          largest = Math.max(largest, shares.layers);
        }
      }
      assert.ok(tried >= 16, `only ${tried} pairs`);
      // With any seed the loosest cell of the list, that of averages, reaches 0.02, and most reach 0.3.
      assert.ok(largest > 0.005, `no layer reaches more than ${largest} of its bound`);
    });
  }
});

/** The Frobenius norm is no smaller than the spectral one. */
const matrixRadii = (values: Parameters<typeof matrixNorms>[0]): ReturnType<typeof sameNorms> => {
  const { frobenius, infinity, maxRow } = matrixNorms(values);
  return { two: frobenius, inf: infinity, maxRow };
};

/** A small network of that shape; null where the cell does not come in the sizes it needs. */
function stackOf(name: CellName, shape: { layers: number; bidirectional: boolean; residual: boolean }): Network | null {
  const { options, inputSize, hiddenSize } = variantsOf(name)[0]!;
  try {
    return stack({ cell: name, options, inputSize, hiddenSize, ...shape, readout: 2, readoutSteps: shape.bidirectional ? 'last' : 'every' }); // prettier-ignore
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}
