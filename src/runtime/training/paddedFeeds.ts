import { Tensor } from 'onnxruntime-node';
import type { BatchFeeds } from './batch';

/** The size that a graph is made for. */
export interface PaddedSize {
  readonly steps: number;
  readonly sequences: number;
}

/**
 * The feeds of a batch with padding at the end of its sequences and after the last of them, up to that size. Padding is zero
 * and counts nothing; steps are masked, but those of added sequences are not, because a mean over no steps is not a number.
 */
export function paddedFeeds(
  { batch, feeds }: BatchFeeds,
  size: PaddedSize,
  answersEveryStep: boolean,
): Readonly<Record<string, Tensor>> {
  const own = { steps: batch.steps, sequences: batch.sequences.length };
  if (own.steps === size.steps && own.sequences === size.sequences) return feeds;
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]): [string, Tensor] => {
      const hasSteps = answersEveryStep || (name !== 'Y' && name !== 'counts');
      const rows = { from: hasSteps ? own.steps : 1, to: hasSteps ? size.steps : 1 };
      const rest = tensor.dims.slice(hasSteps ? 2 : 1);
      const dims = [...(hasSteps ? [size.steps] : []), size.sequences, ...rest];
      const width = rest.reduce((total, dim) => total * dim, 1);
      const padded = <Numbers extends Float32Array | Int32Array>(from: Numbers, to: Numbers): Numbers => {
        if (name === 'mask') to.fill(1);
        for (let row = 0; row < rows.to; row++) {
          const place = row * size.sequences * width;
          if (name === 'mask') to.fill(0, place, place + own.sequences * width);
          if (row < rows.from)
            to.set(from.subarray(row * own.sequences * width, (row + 1) * own.sequences * width), place);
        }
        return to;
      };
      const length = rows.to * size.sequences * width;
      const { data } = tensor;
      if (data instanceof Int32Array) return [name, new Tensor('int32', padded(data, new Int32Array(length)), dims)];
      if (!(data instanceof Float32Array)) throw new Error(`A batch has no tensors of ${tensor.type}.`);
      return [name, new Tensor('float32', padded(data, new Float32Array(length)), dims)];
    }),
  );
}
