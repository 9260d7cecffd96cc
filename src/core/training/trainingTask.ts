import type { Network } from '../cells/network';
import type { Readout } from '../checkpoint';
import { Problem } from '../problem';
import type { Labels } from '../sequences';
import type { Targets } from './trainingData';

/** What a network is trained to answer. */
export interface TrainingTask {
  /** The network, with a readout that answers where there are labels. */
  readonly network: Network;
  readonly targets: Targets;
  readonly loss: 'crossEntropy' | 'binaryCrossEntropy' | 'squaredError';
}

/**
 * Holds labels against the scores of a network. Classes are learned with a cross-entropy, of one score with that of its
 * sigmoid; numbers with a squared error.
 *
 * @param lengths how many steps of each sequence are not padding.
 * @throws Problem where they do not fit each other.
 */
export function trainingTask(
  network: Network,
  { finalActivation, output }: Pick<Readout, 'finalActivation' | 'output'>,
  labels: Labels | null,
  lengths: Int32Array,
): TrainingTask {
  if (!labels) throw new Problem('There is nothing to learn: the data file has no array "labels".');
  const everyStep = labels.steps > 1;
  const answering = everyStep ? answeringEveryStep(network) : answeringOnce(network, lengths);
  const { outputs } = answering.readout!;
  if (labels.kind === 'values') {
    if (finalActivation !== 'none') {
      throw new Problem(
        `The labels are numbers, but ${output} is a ${finalActivation}: it is trained on classes 0, 1, 2, ….`,
      );
    }
    if (labels.width !== outputs) {
      throw new Problem(`Each label has ${labels.width} numbers, but the network answers with ${outputs}.`);
    }
    const { steps, width } = labels;
    const values = Array.from(lengths, (length, i) =>
      Float32Array.from(labels.values.subarray(i * steps * width, (i * steps + (everyStep ? length : 1)) * width)),
    );
    const bad = values.findIndex((own) => !own.every(Number.isFinite));
    if (bad >= 0) throw new Problem(`A label of sequence ${bad} is not a finite number.`);
    return { network: answering, loss: 'squaredError', targets: { kind: 'values', everyStep, width, values } };
  }
  const classes = Math.max(2, outputs);
  const values = Array.from(lengths, (length, i) =>
    labels.values.slice(i * labels.steps, i * labels.steps + (everyStep ? length : 1)),
  );
  for (const [i, own] of values.entries()) {
    const wrong = own.find((label) => label < 0 || label >= classes);
    if (wrong !== undefined)
      throw new Problem(
        `Label ${wrong} of sequence ${i} is none of the ${classes} classes: labels must be 0 to ${classes - 1}.`,
      );
  }
  const loss = outputs === 1 ? 'binaryCrossEntropy' : 'crossEntropy';
  return { network: answering, loss, targets: { kind: 'labels', everyStep, values } };
}

function answeringEveryStep(network: Network): Network {
  if (network.readout?.steps === 'every') return network;
  throw new Problem(
    'There is a label for every step, but the network answers once a sequence: give one label a sequence.',
  );
}

/** A network that answers at every step answers after its last one when its layers read forward. */
function answeringOnce(network: Network, lengths: Int32Array): Network {
  const { readout, layers } = network;
  if (readout?.steps !== 'every' || lengths.every((length) => length === 1)) return network;
  if (readout.layers.some((k) => layers[k]!.direction === 'reverse')) {
    throw new Problem(
      'There is one label a sequence, but the network answers at every step and reads backward: give a label for every step.',
    );
  }
  return { ...network, readout: { ...readout, steps: 'last' } };
}
