import assert from 'node:assert/strict';
import fc from 'fast-check';
import { klInverse } from '../../../../src/core/bounds/numbers/klInverse';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const nats = fc.double({ min: 1e-12, max: 50, noNaN: true });

describe('klInverse', () => {
  it('is 1 − e^(−c) for no errors, q for no nats and 1 for nothing but errors', () => {
    assert.equal(klInverse(0, 0.5), 1 - Math.exp(-0.5));
    assert.equal(klInverse(0.3, 0), 0.3);
    assert.equal(klInverse(1, 0.2), 1);
  });

  it('is 1 where one of the two is not a number, and not q', () => {
    assert.equal(klInverse(0.3, NaN), 1);
    assert.equal(klInverse(0, NaN), 1);
    assert.equal(klInverse(NaN, 0.1), 1);
    assert.equal(klInverse(NaN, NaN), 1);
  });

  it('is 1, and nothing below it, where the true answer is within 2⁻⁵³ of 1', () => {
    for (const q of [0.01, 0.3, 0.7, 0.999]) assert.equal(klInverse(q, 1e5), 1);
  });

  it('lies between q and 1, below the estimate of Pinsker, and never falls as q or c grows', () => {
    fc.assert(
      fc.property(share, nats, share, nats, (q, c, moreQ, moreC) => {
        const p = klInverse(q, c);
        assert.ok(p >= q && p <= 1);
        assert.ok(p <= q + Math.sqrt(c / 2) + 1e-7);
        assert.ok(klInverse(Math.max(q, moreQ), c) >= p || Math.max(q, moreQ) === q);
        assert.ok(klInverse(q, Math.max(c, moreC)) >= p);
      }),
    );
  });

  it('gives a p at or just above the point where kl(q‖p) reaches c', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 0.99, noNaN: true }),
        fc.double({ min: 1e-3, max: 0.5, noNaN: true }),
        (q, c) => {
          const p = klInverse(q, c);
          const kl = q * Math.log(q / p) + (1 - q) * Math.log((1 - q) / (1 - p));
          // Nearer to 1 the 1 − p of this check has too few digits left.
          assert.ok(p > 0.9999 || (kl >= c - 1e-12 && kl <= c + 1e-9), `kl(${q}, ${p}) = ${kl}, c = ${c}`);
        },
      ),
    );
  });
});
