/** What stands where a number is not known. */
export const NOTHING = '–';

/** A number for people: `digits` significant ones, powers of ten when it is very large or very small. */
export function formatNumber(value: number | null, digits = 4): string {
  if (value === null || Number.isNaN(value)) return NOTHING;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e6 || size < 1e-4) return withSign(value.toExponential(digits - 1).replace('e+', 'e'));
  return withSign(value.toPrecision(digits).includes('e') ? value.toFixed(0) : value.toPrecision(digits));
}

/** A number that may be a count: whole ones are shown whole, others with five significant digits. */
export function formatTerm(value: number | null): string {
  return value !== null && Number.isInteger(value) && Math.abs(value) < 1e9
    ? formatCount(value)
    : formatNumber(value, 5);
}

/** A whole number with its thousands apart: 12,345. */
export function formatCount(value: number): string {
  return withSign(value.toLocaleString('en-US', { maximumFractionDigits: 0 }));
}

/** A share as per cent: 0.1234 is "12.3 %". */
export function formatShare(value: number | null): string {
  if (value === null || Number.isNaN(value)) return NOTHING;
  const percent = 100 * value;
  if (percent === 0) return '0 %';
  return `${Math.abs(percent) < 0.05 ? formatNumber(percent, 2) : percent.toFixed(1)} %`;
}

/** An upper bound with three significant digits, rounded up: what is printed is never below what is certified. */
export function formatUpper(value: number | null): string {
  if (value === null || Number.isNaN(value)) return NOTHING;
  if (value <= 0 || !Number.isFinite(value)) return formatNumber(value, 3);
  const exponent = Math.floor(Math.log10(value)) - 2;
  const printed = Number(value.toPrecision(3));
  // The nearest three digits, or the next ones above when those fall short.
  const above = printed >= value ? printed : Number((printed + 10 ** exponent).toPrecision(3));
  return above >= 1e-4 && above < 1e6 ? String(above) : withSign(above.toExponential(2).replace('e+', 'e'));
}

/** A base-ten logarithm, two decimals. */
export function formatLog10(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return value === null ? NOTHING : formatNumber(value);
  const text = value.toFixed(2);
  return text === '-0.00' ? '0.00' : withSign(text);
}

/**
 * A certified interval as "1.2345678902 ± 2e-10". The printed interval contains the certified one: the radius covers the
 * half-width and the rounding of the centre, and is itself rounded up.
 */
export function formatInterval({ lower, upper }: { lower: number; upper: number }): string {
  if (lower === upper) return formatNumber(lower, 10);
  const centre = (lower + upper) / 2;
  const order = centre === 0 ? 0 : Math.floor(Math.log10(Math.abs(centre)));
  // Numbers of an unusual size are printed as a mantissa and a power of ten, which both parts share.
  const power = order >= 6 || order < -4 ? order : 0;
  const scaled = { lower: lower / 10 ** power, upper: upper / 10 ** power };
  const half = (scaled.upper - scaled.lower) / 2;
  // As many digits as are certain, and no more than ten: an interval this narrow has nothing to show beyond them.
  const decimals = Math.max(1, Math.min(Math.ceil(-Math.log10(half)), 9 - (order - power)));
  const text = ((scaled.lower + scaled.upper) / 2).toFixed(decimals);
  const printed = Number(text);
  const radius =
    Math.max(scaled.upper - printed, printed - scaled.lower) * (1 + 1e-6) + Number.EPSILON * Math.abs(printed);
  const body = `${withSign(text)} ± ${oneDigitUp(radius)}`;
  return power === 0 ? body : `(${body})e${power}`;
}

/** Both ends with every digit there is. */
export function formatEnds({ lower, upper }: { lower: number; upper: number }): string {
  return `${lower} ≤ ‖A‖₂ ≤ ${upper}`;
}

function oneDigitUp(value: number): string {
  const exponent = Math.floor(Math.log10(value));
  const digit = Math.ceil(value / 10 ** exponent);
  return digit < 10 ? `${digit}e${exponent}` : `1e${exponent + 1}`;
}

/** The typographic minus is as wide as a digit; a hyphen is not. */
function withSign(text: string): string {
  return text.startsWith('-') ? `−${text.slice(1)}` : text;
}
