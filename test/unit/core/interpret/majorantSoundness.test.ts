import assert from 'node:assert/strict';
import { cellVariants, titleOfVariant } from './cellVariants';
import { noShares, randomTrial, sharesOf, subjectOf, worse, type Shares } from './majorantTrials';
import { randomNumbers, seedOf } from './randomNumbers';

/** How many random pairs of networks each variant of a cell is tried with; slack.md tells of many more. */
const trials = 14;

describe('the majorant calculus on random networks', () => {
  const best = new Map<string, Shares>();
  for (const variant of cellVariants) {
    it(`is never passed by two networks of one class: ${titleOfVariant(variant)}`, async () => {
      const subject = subjectOf(variant);
      const seed = seedOf(titleOfVariant(variant));
      const random = randomNumbers(seed);
      for (const p of [2, 'inf'] as const) {
        let shares = noShares;
        for (let k = 0; k < trials; k++) {
          shares = worse(shares, await sharesOf(subject, randomTrial(subject, k + seed, random), p));
        }
        const { movement, size, states, escape } = shares;
        // What jumps moves a little network far: nothing but its size is bounded.
        assert.equal(movement === null, JSON.stringify(variant.options).includes('thresholdedRelu'));
        assert.ok((movement ?? 0) <= 1 + 1e-9, `p = ${p}: the movement reaches ${movement} of its bound`);
        assert.ok(size <= 1 + 1e-9, `p = ${p}: the output reaches ${size} of its bound`);
        assert.ok(states <= 1 + 1e-9, `p = ${p}: a state reaches ${states} of its bound`);
        assert.ok(escape <= 1e-12, `p = ${p}: a gate leaves its range by ${escape}`);
        best.set(variant.name, worse(best.get(variant.name) ?? noShares, { ...shares, movement: movement ?? 0 }));
      }
    });
  }

  it('is nearly reached by the best of these networks, where the calculus is tight', () => {
    assert.ok(best.get('vanilla')!.movement! > 0.95);
    for (const [name, { size, states }] of best) assert.ok(Math.max(size, states) > 0.8, `${name}: ${size}, ${states}`);
  });
});
