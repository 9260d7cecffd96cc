import type { Checkpoint, Parameter, RecurrentLayer } from '../checkpoint';
import { changedReadout, readoutMatrices } from '../checkpointReadout';
import type { Matrix } from '../linalg/matrix';
import { Problem } from '../problem';

/** A checkpoint seen from the one that its training started from. */
export interface Centred {
  /** The checkpoint with the weights of the reference: A₀. */
  readonly start: Checkpoint;
  /** The same with what the training added: A − A₀. */
  readonly distance: Checkpoint;
  readonly notes: readonly string[];
}

/**
 * Matches every weight of a checkpoint with that of the reference, by layer and name. A readout of another shape starts from
 * zero.
 *
 * @throws Problem where the recurrent layers are not the same but for their numbers.
 */
export function centredOn(checkpoint: Checkpoint, reference: Checkpoint): Centred {
  const fail = (what: string): Problem =>
    new Problem(
      `${reference.file} cannot be the reference of ${checkpoint.file}: ${what}. Choose the checkpoint that this one was trained from.`,
    );
  if (checkpoint.layers.length !== reference.layers.length) {
    throw fail(`it has ${reference.layers.length} recurrent layers, and not ${checkpoint.layers.length}`);
  }
  const pairs = checkpoint.layers.map((layer, k) => {
    const own = reference.layers[k]!;
    if (shapeOf(layer) !== shapeOf(own))
      throw fail(`its layer ${own.name} is a ${shapeOf(own)}, and not a ${shapeOf(layer)}`);
    const origin = { matrices: matched(layer.matrices, own.matrices), biases: matched(layer.biases, own.biases) };
    if (!origin.matrices || !origin.biases) throw fail(`its layer ${own.name} has other weights`);
    return { layer, own, matrices: origin.matrices, biases: origin.biases };
  });
  const withLayers = (change: (own: Matrix, origin: Matrix) => Matrix['values']): RecurrentLayer[] =>
    pairs.map(({ layer, own, matrices, biases }) => {
      const changed = (list: readonly Parameter[], origins: readonly Parameter[]): Parameter[] =>
        list.map((parameter, k) => ({ ...parameter, values: change(parameter, origins[k]!) }));
      const learnedStates = layer.learnedStates?.map((state, k) => {
        const start = own.learnedStates?.[k];
        const origin = hasShapeOf(state, start) && start ? start : { ...state, values: zeros(state) };
        return { ...state, values: change(state, origin) };
      });
      return {
        ...layer,
        ...{ matrices: changed(layer.matrices, matrices), biases: changed(layer.biases, biases) },
        ...(learnedStates && { learnedStates }),
        input: withEmbedding(layer, own, change),
      };
    });
  const { readout } = checkpoint;
  const [own, origins] = [readout, reference.readout].map((of) => (of ? readoutMatrices(of) : []));
  const isSameReadout =
    own!.length === origins!.length &&
    own!.every(({ name, matrix }, k) => name === origins![k]!.name && hasShapeOf(matrix, origins![k]!.matrix));
  const withReadout = (change: (own: Matrix, origin: Matrix) => Matrix['values']): Checkpoint['readout'] => {
    if (!readout) return null;
    return changedReadout(readout, (name, matrix) => {
      const origin = isSameReadout ? origins!.find((other) => other.name === name) : undefined;
      return { ...matrix, values: change(matrix, origin?.matrix ?? { ...matrix, values: zeros(matrix) }) };
    });
  };
  const made = (change: (own: Matrix, origin: Matrix) => Matrix['values']): Checkpoint => ({
    ...checkpoint,
    layers: withLayers(change),
    readout: withReadout(change),
  });
  return {
    start: made((_, origin) => origin.values),
    distance: made((own, origin) => Float64Array.from(own.values, (value, k) => value - origin.values[k]!)),
    notes:
      isSameReadout || !readout?.weights
        ? []
        : [`The readout of ${reference.file} has another shape, so distances of the readout are measured from zero.`],
  };
}

/** The input of a layer with the table of a trained embedding changed. */
function withEmbedding(
  { input }: RecurrentLayer,
  { input: other }: RecurrentLayer,
  change: (own: Matrix, origin: Matrix) => Matrix['values'],
): RecurrentLayer['input'] {
  if (input.kind !== 'frontEnd' || !input.embedding) return input;
  const { embedding } = input;
  const start = other.kind === 'frontEnd' ? other.embedding : undefined;
  const origin = start && hasShapeOf(embedding, start) ? start : { ...embedding, values: zeros(embedding) };
  return { ...input, embedding: { ...embedding, values: change(embedding, origin) } };
}

const zeros = ({ values }: Matrix): Float64Array => new Float64Array(values.length);

const shapeOf = ({ cellName, direction, inputSize, hiddenSize }: RecurrentLayer): string =>
  `${direction} ${cellName} from ${inputSize} to ${hiddenSize}`;

/** For each parameter the one of that name and place in the other list; null where the two do not fit. */
function matched(own: readonly Parameter[], other: readonly Parameter[]): readonly Parameter[] | null {
  const fits = own.every((parameter, k) => parameter.name === other[k]?.name && hasShapeOf(parameter, other[k]));
  return fits && own.length === other.length ? other : null;
}

const hasShapeOf = (p: Matrix | null | undefined, q: Matrix | null | undefined): boolean =>
  (p?.rows ?? 0) === (q?.rows ?? 0) && (p?.columns ?? 0) === (q?.columns ?? 0);
