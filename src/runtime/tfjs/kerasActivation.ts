/** An activation of a Keras layer on float64 numbers, in place; the last axis has `width` entries. */
export type InPlaceActivation = (values: Float64Array, width: number) => void;

const entrywise =
  (activation: (u: number) => number): InPlaceActivation =>
  (values) => {
    for (let k = 0; k < values.length; k++) values[k] = activation(values[k]!);
  };

const activations: Readonly<Record<string, InPlaceActivation>> = {
  linear: () => undefined,
  sigmoid: entrywise((u) => 1 / (1 + Math.exp(-u))),
  tanh: entrywise(Math.tanh),
  relu: entrywise((u) => Math.max(0, u)),
  softplus: entrywise((u) => Math.max(0, u) + Math.log1p(Math.exp(-Math.abs(u)))),
  softsign: entrywise((u) => u / (1 + Math.abs(u))),
  hard_sigmoid: entrywise((u) => Math.max(0, Math.min(1, 0.2 * u + 0.5))),
  softmax: (values, width) => softmax(values, width, (u, sum) => Math.exp(u) / sum),
  log_softmax: (values, width) => softmax(values, width, (u, sum) => u - Math.log(sum)),
};

/** The activation of that name in Keras spelling; null when it is not known here. */
export const kerasActivation = (name: string): InPlaceActivation | null => activations[name] ?? null;

/** The largest entry of each row is taken off first, so that nothing overflows. */
function softmax(values: Float64Array, width: number, result: (shifted: number, sum: number) => number): void {
  for (let start = 0; start < values.length; start += width) {
    const row = values.subarray(start, start + width);
    let largest = -Infinity;
    for (const value of row) largest = Math.max(largest, value);
    let sum = 0;
    for (const value of row) sum += Math.exp(value - largest);
    for (let k = 0; k < row.length; k++) row[k] = result(row[k]! - largest, sum);
  }
}
