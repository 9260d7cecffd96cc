/** The shapes of one product: `left` is rows × inner and `right` is columns × inner, both stored row by row. */
export interface ProductShape {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
}

/**
 * left · rightᵀ in float64: entry (i, j) of the answer (rows × columns, row by row) is the inner product of row i of
 * `left` with row j of `right`.
 *
 * An implementation promises IEEE double precision and the classical algorithm: every entry is a sum of the `inner`
 * products of its own pairs, in any order, with or without fused multiply-add, subnormal numbers kept or flushed to
 * zero. Nothing like Strassen's, and no shorter number format: proofs of error bounds rest on this.
 */
export type MatrixProduct = (left: Float64Array, right: Float64Array, shape: ProductShape) => Promise<Float64Array>;

/** Inner products are summed in stretches of this length, so that the rows in use stay in the fastest cache. */
const STRETCH = 512;

/** The product without any native code: right where there is no runtime to ask, and for small matrices. */
export function plainMatrixProduct(
  left: Float64Array,
  right: Float64Array,
  shape: ProductShape,
): Promise<Float64Array> {
  const { rows, columns, inner } = shape;
  const product = new Float64Array(rows * columns);
  for (let from = 0; from < inner; from += STRETCH) {
    const to = Math.min(from + STRETCH, inner);
    let i = 0;
    for (; i + 3 < rows; i += 4) addFourRows(left, right, product, i, shape, from, to);
    for (; i < rows; i++) addRow(left, right, product, i, shape, from, to);
  }
  return Promise.resolve(product);
}

/** Four rows against two at a time: eight sums and six loads for eight multiplications fit the registers. */
function addFourRows(
  left: Float64Array,
  right: Float64Array,
  product: Float64Array,
  i: number,
  { columns, inner }: ProductShape,
  from: number,
  to: number,
): void {
  const [row0, row1, row2, row3] = [i * inner, (i + 1) * inner, (i + 2) * inner, (i + 3) * inner];
  const [out0, out1, out2, out3] = [i * columns, (i + 1) * columns, (i + 2) * columns, (i + 3) * columns];
  for (let j = 0; j < columns; j += 2) {
    const other0 = j * inner;
    const other1 = j + 1 < columns ? other0 + inner : other0;
    let s00 = 0;
    let s01 = 0;
    let s10 = 0;
    let s11 = 0;
    let s20 = 0;
    let s21 = 0;
    let s30 = 0;
    let s31 = 0;
    for (let k = from; k < to; k++) {
      const x = right[other0 + k]!;
      const y = right[other1 + k]!;
      const a = left[row0 + k]!;
      const b = left[row1 + k]!;
      const c = left[row2 + k]!;
      const d = left[row3 + k]!;
      s00 += a * x;
      s01 += a * y;
      s10 += b * x;
      s11 += b * y;
      s20 += c * x;
      s21 += c * y;
      s30 += d * x;
      s31 += d * y;
    }
    product[out0 + j]! += s00;
    product[out1 + j]! += s10;
    product[out2 + j]! += s20;
    product[out3 + j]! += s30;
    if (other1 === other0) continue;
    product[out0 + j + 1]! += s01;
    product[out1 + j + 1]! += s11;
    product[out2 + j + 1]! += s21;
    product[out3 + j + 1]! += s31;
  }
}

function addRow(
  left: Float64Array,
  right: Float64Array,
  product: Float64Array,
  i: number,
  { columns, inner }: ProductShape,
  from: number,
  to: number,
): void {
  for (let j = 0; j < columns; j++) {
    let sum = 0;
    for (let k = from; k < to; k++) sum += left[i * inner + k]! * right[j * inner + k]!;
    product[i * columns + j]! += sum;
  }
}
