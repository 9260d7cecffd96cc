import type { MatrixProduct } from './matrixProduct';

/**
 * The lower triangular L with L Lᵀ ≈ shift·I − S for a symmetric S (n × n, row by row), or null when a pivot is not
 * positive, that is when shift·I − S is not positive definite to working precision. Of S and of the answer only the
 * lower triangles count.
 *
 * Every entry comes from the defining formula l_ij = (m_ij − Σ_{k<j} l_ik l_jk) / l_jj by substitution, with the sum
 * taken in some order and the quotient possibly as a product with 1/l_jj; error bounds rest on this. Left-looking by
 * blocks of columns: what earlier blocks contribute to a block is one matrix product.
 */
export async function shiftedCholesky(
  symmetric: Float64Array,
  n: number,
  shift: number,
  multiply: MatrixProduct,
): Promise<Float64Array | null> {
  const factor = new Float64Array(n * n);
  const width = n <= 1536 ? 64 : 128;
  for (let from = 0; from < n; from += width) {
    const to = Math.min(from + width, n);
    for (let i = from; i < n; i++) {
      const row = i * n;
      for (let j = from; j < to; j++) factor[row + j] = -symmetric[row + j]!;
      if (i < to) factor[row + i] = shift - symmetric[row + i]!;
    }
    if (from > 0) await subtractEarlierColumns(factor, n, from, to, multiply);
    if (!factorDiagonalBlock(factor, n, from, to)) return null;
    substituteBelow(factor, n, from, to);
  }
  return factor;
}

/** Columns `from` … `to` of the rows below `from`, less L[rows, 0…from] · L[from…to, 0…from]ᵀ. */
async function subtractEarlierColumns(
  factor: Float64Array,
  n: number,
  from: number,
  to: number,
  multiply: MatrixProduct,
): Promise<void> {
  const rows = n - from;
  const width = to - from;
  const left = new Float64Array(rows * from);
  for (let i = 0; i < rows; i++) left.set(factor.subarray((from + i) * n, (from + i) * n + from), i * from);
  const products = await multiply(left, left.subarray(0, width * from), { rows, columns: width, inner: from });
  for (let i = 0; i < rows; i++) {
    const target = (from + i) * n + from;
    for (let j = 0; j < width; j++) factor[target + j]! -= products[i * width + j]!;
  }
}

function factorDiagonalBlock(factor: Float64Array, n: number, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const row = i * n;
    for (let j = from; j <= i; j++) {
      const other = j * n;
      let rest = factor[row + j]!;
      for (let k = from; k < j; k++) rest -= factor[row + k]! * factor[other + k]!;
      if (j < i) {
        factor[row + j] = rest / factor[other + j]!;
      } else {
        // Written so that NaN, too, counts as not positive.
        if (!(rest > 0)) return false;
        factor[row + i] = Math.sqrt(rest);
      }
    }
  }
  return true;
}

/** Forward substitution with the diagonal block for all rows below it, four rows at a time. */
function substituteBelow(factor: Float64Array, n: number, from: number, to: number): void {
  const inverse = new Float64Array(to - from);
  for (let j = from; j < to; j++) inverse[j - from] = 1 / factor[j * n + j]!;
  let i = to;
  for (; i + 3 < n; i += 4) {
    const [row0, row1, row2, row3] = [i * n, (i + 1) * n, (i + 2) * n, (i + 3) * n];
    for (let j = from; j < to; j++) {
      const other = j * n;
      let a = factor[row0 + j]!;
      let b = factor[row1 + j]!;
      let c = factor[row2 + j]!;
      let d = factor[row3 + j]!;
      for (let k = from; k < j; k++) {
        const x = factor[other + k]!;
        a -= factor[row0 + k]! * x;
        b -= factor[row1 + k]! * x;
        c -= factor[row2 + k]! * x;
        d -= factor[row3 + k]! * x;
      }
      const y = inverse[j - from]!;
      factor[row0 + j] = a * y;
      factor[row1 + j] = b * y;
      factor[row2 + j] = c * y;
      factor[row3 + j] = d * y;
    }
  }
  for (; i < n; i++) {
    const row = i * n;
    for (let j = from; j < to; j++) {
      const other = j * n;
      let rest = factor[row + j]!;
      for (let k = from; k < j; k++) rest -= factor[row + k]! * factor[other + k]!;
      factor[row + j] = rest * inverse[j - from]!;
    }
  }
}

/** The solution x of L Lᵀ x = b, for the lower triangular L of `shiftedCholesky`. */
export function solveWithFactor(factor: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let rest = x[i]!;
    for (let k = 0; k < i; k++) rest -= factor[row + k]! * x[k]!;
    x[i] = rest / factor[row + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const value = x[i]! / factor[row + i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k]! -= factor[row + k]! * value;
  }
  return x;
}
