import assert from 'node:assert/strict';
import { initialNetwork } from '../../../../src/core/cells/initialNetwork';
import { stack } from '../../../../src/core/cells/stack';
import { networkMajorants } from '../../../../src/core/interpret/majorantNetwork';

describe('answers for fewer steps on the way', () => {
  for (const [cell, bidirectional, p] of [
    ['lstm', false, 2],
    ['gru', false, 'inf'],
    ['gru', true, 2],
    ['eurnn', false, 'inf'],
  ] as const) {
    it(`are those of a run of its own: ${cell}, ${bidirectional ? 'both directions' : 'one direction'}, p = ${p}`, () => {
      const network = stack({
        ...{ cell, options: {}, inputSize: 4, hiddenSize: 4, layers: 2 },
        ...{ bidirectional, residual: false, readout: 2, readoutSteps: 'last' },
      });
      const names = [...initialNetwork(network, 1).keys()];
      const radii = { two: 1, inf: 2, maxRow: 0.5, high: 0 };
      const common = { matrices: new Map(names.map((name) => [name, radii])), input: { two: 1, inf: 1 }, p };
      const networkClass = { ...common, vectors: common.matrices };
      const majorants = networkMajorants(network);
      const { scores, withFewerSteps } = majorants({ ...networkClass, steps: 30, fewerSteps: [12, 1] });
      assert.deepEqual(scores, majorants({ ...networkClass, steps: 30 }).scores);
      assert.deepEqual(
        withFewerSteps.map((one) => one.scores),
        [12, 1].map((steps) => majorants({ ...networkClass, steps }).scores),
      );
      assert.ok(withFewerSteps[0]!.scores!.logMoves.get('V')! <= scores!.logMoves.get('V')!);
    });
  }
});
