import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  formatCount,
  formatInterval,
  formatLog10,
  formatNumber,
  formatShare,
  formatTerm,
  formatUpper,
} from '../../../webview-ui/src/format';

/** Reads a printed number back; the typographic minus is not JavaScript's. */
const read = (text: string) => Number(text.replaceAll('−', '-'));
const readInterval = (text: string) => {
  const [, scaled, radiusOfScaled, power] = /^\((\S+) ± (\S+)\)(e-?\d+)$/.exec(text) ?? [];
  const [, plain, radiusOfPlain] = /^(\S+) ± (\S+)$/.exec(text) ?? [];
  assert(scaled ?? plain, `“${text}” is not an interval`);
  const scale = Number(`1${power ?? 'e0'}`);
  return { centre: read(scaled ?? plain!) * scale, radius: read(radiusOfScaled ?? radiusOfPlain!) * scale };
};

describe('formatNumber', () => {
  it('shows four significant digits', () => {
    assert.equal(formatNumber(3.14159265), '3.142');
    assert.equal(formatNumber(0.000123456), '0.0001235');
    assert.equal(formatNumber(12345.6), '12346');
    assert.equal(formatNumber(-2.5), '−2.500');
  });

  it('shows very large and very small numbers with a power of ten', () => {
    assert.equal(formatNumber(6.1e13), '6.100e13');
    assert.equal(formatNumber(3.14159e-9), '3.142e-9');
  });

  it('shows what is not known as a dash, and what is not finite by its sign', () => {
    assert.equal(formatNumber(null), '–');
    assert.equal(formatNumber(NaN), '–');
    assert.equal(formatNumber(Infinity), '∞');
    assert.equal(formatNumber(-Infinity), '−∞');
    assert.equal(formatNumber(0), '0');
  });

  it('shows every finite number to within half a unit of its last digit', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e300, max: 1e300, noNaN: true }), (value) => {
        assert(Math.abs(read(formatNumber(value)) - value) <= 5.01e-4 * Math.abs(value));
      }),
    );
  });
});

describe('formatTerm', () => {
  it('shows counts whole', () => {
    assert.equal(formatTerm(20000), '20,000');
    assert.equal(formatTerm(33.2519), '33.252');
    assert.equal(formatTerm(null), '–');
  });
});

describe('formatCount and formatShare', () => {
  it('sets thousands apart', () => assert.equal(formatCount(1234567), '1,234,567'));

  it('shows shares as per cent', () => {
    assert.equal(formatShare(0.1234), '12.3 %');
    assert.equal(formatShare(0), '0 %');
    assert.equal(formatShare(0.00012), '0.012 %');
    assert.equal(formatShare(null), '–');
  });
});

describe('formatUpper', () => {
  it('rounds up', () => {
    assert.equal(formatUpper(0.05061), '0.0507');
    assert.equal(formatUpper(0.05), '0.05');
    assert.equal(formatUpper(0.9991), '1');
    assert.equal(formatUpper(0), '0');
    assert.equal(formatUpper(null), '–');
  });

  it('never shows less than the bound, nor more than three digits can help', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (value) => {
        const shown = read(formatUpper(value));
        assert(shown >= value && shown <= value * 1.0101, `${value} is shown as ${shown}`);
      }),
    );
  });
});

describe('formatLog10', () => {
  it('shows two decimals', () => {
    assert.equal(formatLog10(-1.29999), '−1.30');
    assert.equal(formatLog10(13.785), '13.79');
    assert.equal(formatLog10(-0.00001), '0.00');
    assert.equal(formatLog10(null), '–');
    assert.equal(formatLog10(Infinity), '∞');
  });
});

describe('formatInterval', () => {
  it('shows a centre and a radius', () => {
    assert.equal(formatInterval({ lower: 1.9999, upper: 2.0001 }), '2.0000 ± 2e-4');
    assert.equal(formatInterval({ lower: 0, upper: 0 }), '0');
  });

  it('shows numbers of an unusual size with one power of ten for both parts', () => {
    assert.match(formatInterval({ lower: 1.2345e30, upper: 1.2345e30 * (1 + 1e-9) }), /^\(1\.2345\d* ± \de-\d+\)e30$/);
    assert.match(
      formatInterval({ lower: 1.2345e-30, upper: 1.2345e-30 * (1 + 1e-9) }),
      /^\(1\.2345\d* ± \de-\d+\)e-30$/,
    );
  });

  it('never shows an interval that leaves out a part of the certified one', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-30, max: 1e30, noNaN: true }),
        fc.double({ min: 1e-13, max: 1e-3, noNaN: true }),
        (lower, width) => {
          const upper = lower * (1 + width);
          const { centre, radius } = readInterval(formatInterval({ lower, upper }));
          // Reading the decimals back rounds once more, by less than this.
          const rounding = 4 * Number.EPSILON * upper;
          assert(centre - radius <= lower + rounding && upper <= centre + radius + rounding);
          // At most one digit wider than the interval, or than its tenth digit.
          assert(radius <= 12 * (upper - lower) + 1e-9 * upper);
        },
      ),
    );
  });
});
