import type { Labels, Sequences, Tensor } from './sequences';

/** Only these of the sequences, in this order; none of them twice. */
export function chosenSequences(sequences: Sequences, members: readonly number[]): Sequences {
  const { inputs, lengths, labels, holdout } = sequences;
  return {
    ...sequences,
    count: members.length,
    inputs: new Map([...inputs].map(([name, tensor]) => [name, chosenEntries(tensor, members)])),
    lengths: lengths && Int32Array.from(members, (k) => lengths[k]!),
    labels: labels && chosenLabels(labels, members),
    holdout: holdout && Uint8Array.from(members, (k) => holdout[k]!),
  };
}

/** The entries of the first axis. */
function chosenEntries({ dims, values }: Tensor, members: readonly number[]): Tensor {
  const each = dims.slice(1).reduce((product, size) => product * size, 1);
  return { dims: [members.length, ...dims.slice(1)], values: chosenBlocks(values, each, members) };
}

const chosenLabels = (labels: Labels, members: readonly number[]): Labels =>
  labels.kind === 'classes'
    ? { ...labels, values: chosenBlocks(labels.values, labels.steps, members) }
    : { ...labels, values: chosenBlocks(labels.values, labels.steps * labels.width, members) };

function chosenBlocks<V extends Tensor['values']>(values: V, each: number, members: readonly number[]): V {
  const result = values.slice(0, members.length * each) as V;
  if (result.length < members.length * each) throw new Error('More sequences were chosen than there are.');
  for (const [at, k] of members.entries()) result.set(values.subarray(k * each, (k + 1) * each) as never, at * each);
  return result;
}
