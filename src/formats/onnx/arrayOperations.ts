import { sizeOf } from './tensorNumbers';
import type { Numbers } from './tensorNumbers';

/** The numbers with other sizes, in the same order. */
export function reshaped(x: Numbers, dims: readonly number[]): Numbers | null {
  return sizeOf(dims) === x.values.length ? { ...x, dims } : null;
}

/** Axis i of the result is axis `order[i]` of x. */
export function transposed(x: Numbers, order: readonly number[]): Numbers | null {
  const rank = x.dims.length;
  if (order.length !== rank || new Set(order).size !== rank || order.some((axis) => axis < 0 || axis >= rank))
    return null;
  const strides = stridesOf(x.dims);
  return gathered(
    x,
    order.map((axis) => x.dims[axis]!),
    order.map((axis) => strides[axis]!),
    0,
  );
}

/** ONNX Slice along each of `axes`: from `start` to before `end` by `step`, clamped as the operator does. */
export function sliced(
  x: Numbers,
  ranges: readonly { axis: number; start: number; end: number; step: number }[],
): Numbers | null {
  const dims = [...x.dims];
  const strides = stridesOf(x.dims);
  let offset = 0;
  for (const { axis: given, start, end, step } of ranges) {
    const axis = given < 0 ? given + dims.length : given;
    const size = x.dims[axis];
    const stride = strides[axis];
    if (size === undefined || stride === undefined || step === 0 || !Number.isFinite(start) || !Number.isFinite(end))
      return null;
    const low = step > 0 ? 0 : -1;
    const high = step > 0 ? size : size - 1;
    const clamp = (index: number): number => Math.min(high, Math.max(low, index < 0 ? index + size : index));
    const from = clamp(start);
    const count = Math.max(0, Math.ceil((clamp(end) - from) / step));
    dims[axis] = count;
    if (count > 0) offset += from * stride;
    strides[axis] = stride * step;
  }
  return gathered(x, dims, strides, offset);
}

/** Arrays side by side along an axis. */
export function concatenated(parts: readonly Numbers[], givenAxis: number): Numbers | null {
  const first = parts[0];
  if (first === undefined) return null;
  const rank = first.dims.length;
  const axis = givenAxis < 0 ? givenAxis + rank : givenAxis;
  if (axis < 0 || axis >= rank) return null;
  const agree = parts.every(
    (part) =>
      part.dims.length === rank &&
      part.kind === first.kind &&
      part.dims.every((dim, i) => i === axis || dim === first.dims[i]),
  );
  if (!agree) return null;
  const dims = first.dims.map((dim, i) => (i === axis ? parts.reduce((sum, part) => sum + part.dims[axis]!, 0) : dim));
  const values = emptyLike(first, sizeOf(dims));
  const blocks = sizeOf(dims.slice(0, axis));
  let at = 0;
  for (let block = 0; block < blocks; block++) {
    for (const part of parts) {
      const length = part.values.length / blocks;
      values.set(part.values.subarray(block * length, (block + 1) * length), at);
      at += length;
    }
  }
  return { dims, kind: first.kind, values };
}

export function emptyLike(x: Numbers, size: number): Float32Array | Float64Array {
  return x.kind === 'float32' ? new Float32Array(size) : new Float64Array(size);
}

function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length);
  let stride = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= dims[axis]!;
  }
  return strides;
}

function gathered(x: Numbers, dims: readonly number[], strides: readonly number[], offset: number): Numbers {
  const values = emptyLike(x, sizeOf(dims));
  const index = new Int32Array(dims.length);
  let from = offset;
  for (let to = 0; to < values.length; to++) {
    values[to] = x.values[from]!;
    // Count up the index like an odometer, the last axis fastest.
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      from += strides[axis]!;
      if (index[axis]! < dims[axis]!) break;
      from -= strides[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
  return { dims, kind: x.kind, values };
}
