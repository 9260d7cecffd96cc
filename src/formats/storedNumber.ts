import { float16 } from './float16';

/** How a file keeps a number, little-endian. */
export type NumberType = 'float16' | 'bfloat16' | 'float32' | 'float64';

export interface StoredNumberType {
  readonly bytes: number;
  /** Every whole number from 0 to here is kept exactly; a power of two. */
  readonly exactUpTo: number;
  /** The number of that type that is nearest to any, an even fraction where two are; infinite where it is too large. */
  readonly nearest: (value: number) => number;
  readonly read: (view: DataView, at: number) => number;
  /** Writes a number that is one of the type's own. */
  readonly write: (view: DataView, at: number, value: number) => void;
}

export const numberTypes: Readonly<Record<NumberType, StoredNumberType>> = {
  float16: {
    bytes: 2,
    exactUpTo: 2 ** 11,
    nearest: (value) => rounded(value, { fractionBits: 10, leastExponent: -14, largest: 65_504 }),
    read: (view, at) => float16(view.getUint16(at, true)),
    write: (view, at, value) => view.setUint16(at, float16Bits(value), true),
  },
  bfloat16: {
    bytes: 2,
    exactUpTo: 2 ** 8,
    nearest: (value) => rounded(value, { fractionBits: 7, leastExponent: -126, largest: 0xff * 2 ** 120 }),
    // bfloat16 is the upper half of a float32.
    read: (view, at) => upperHalf(view.getUint16(at, true)),
    write: (view, at, value) => {
      scratch.setFloat32(0, value);
      view.setUint16(at, scratch.getUint16(0), true);
    },
  },
  float32: {
    bytes: 4,
    exactUpTo: 2 ** 24,
    nearest: Math.fround,
    read: (view, at) => view.getFloat32(at, true),
    write: (view, at, value) => view.setFloat32(at, value, true),
  },
  float64: {
    bytes: 8,
    exactUpTo: 2 ** 53,
    nearest: (value) => value,
    read: (view, at) => view.getFloat64(at, true),
    write: (view, at, value) => view.setFloat64(at, value, true),
  },
};

const scratch = new DataView(new ArrayBuffer(8));

function upperHalf(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

interface Format {
  readonly fractionBits: number;
  /** The exponent of the smallest number that is not subnormal. */
  readonly leastExponent: number;
  readonly largest: number;
}

/** IEEE 754, round to nearest, ties to even; the arithmetic is exact in float64 because every step is a power of two. */
function rounded(value: number, { fractionBits, leastExponent, largest }: Format): number {
  if (!Number.isFinite(value)) return value;
  const size = Math.abs(value);
  const unit = 2 ** (Math.max(exponentOf(size), leastExponent) - fractionBits);
  const whole = tiesToEven(size / unit) * unit;
  const nearest = whole > largest ? Infinity : whole;
  return value < 0 || Object.is(value, -0) ? -nearest : nearest;
}

function tiesToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

/** The exponent of a float64: ⌊log₂|value|⌋; that of the smallest numbers for zero and subnormals. */
function exponentOf(value: number): number {
  scratch.setFloat64(0, value);
  return ((scratch.getUint32(0) >>> 20) & 0x7ff) - 1023;
}

function float16Bits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Infinity) return sign | 0x7c00;
  // A subnormal number is a whole multiple of 2⁻²⁴, and has the bits of that multiple.
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  const exponent = exponentOf(size);
  return sign | ((exponent + 15) << 10) | ((size / 2 ** exponent - 1) * 1024);
}
