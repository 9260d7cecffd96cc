/**
 * Plain data as JSON, in which typed arrays and numbers that are not finite keep what they are. Of a matrix (more than one
 * column) everything but its entries is taken along; who asks for them at the other end hears so.
 */
export function portableText(data: object): string {
  return JSON.stringify(data, (_, value: unknown) => {
    if (typeof value === 'number') return portableNumber(value);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Map || value instanceof Set) throw new Error('Maps and sets do not cross the border.');
    if (isMatrix(value)) return { ...value, values: { leftBehind: true } };
    const array = arrays.find(({ type }) => value instanceof type);
    return array ? { [array.name]: Array.from(value as Float64Array, portableNumber) } : value;
  });
}

/** What `portableText` made the text of. */
export function revived(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('number' in value && typeof value.number === 'string') return Number(value.number);
    const array = arrays.find(({ name }) => name in value);
    // The numbers in it were revived before it.
    if (array) return array.type.from((value as Record<string, number[]>)[array.name]!);
    if ('values' in value && isLeftBehind(value.values)) {
      return Object.defineProperty(value, 'values', { get: complain, enumerable: false });
    }
    return value;
  });
}

const arrays = [
  { name: 'float32Array', type: Float32Array },
  { name: 'float64Array', type: Float64Array },
  { name: 'int32Array', type: Int32Array },
] as const;

/** JSON knows neither NaN nor infinities, and has no sign for zero. */
const portableNumber = (value: number): unknown =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : { number: Object.is(value, -0) ? '-0' : String(value) };

const isMatrix = (value: object): boolean =>
  'values' in value && ArrayBuffer.isView(value.values) && 'columns' in value && Number(value.columns) > 1;

const isLeftBehind = (value: unknown): boolean => typeof value === 'object' && value !== null && 'leftBehind' in value;

function complain(): never {
  throw new Error('The entries of this matrix were left behind; only its norms are known here.');
}
