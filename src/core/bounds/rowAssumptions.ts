import type { Readout, RecurrentLayer } from '../checkpoint';
import { readoutDense } from '../checkpointReadout';
import type { Assumption } from '../report';
import type { BoundedClass } from './classes/boundedClass';
import { agreementTolerance, type BoundQuestion } from './boundQuestion';
import { lossAssumption } from './lossAssumption';
import { taskOf } from './task';

const assumption = (state: Assumption['state'], text: string, gap?: string): Assumption =>
  gap === undefined ? { text, state } : { text, state, gap };

/** The sequences of the sample are independent (theory rule R4); only somebody who knows the data can say so. */
export function independence({ declarations }: BoundQuestion): Assumption {
  const text = 'The sequences are drawn independently from the distribution that new ones come from';
  if (declarations.independentSequences === false) {
    return assumption(
      'violated',
      `${text}; the sidecar says that they are not, as windows of one text or recording are not.`,
      'G22',
    );
  }
  return assumption(
    'assumed',
    declarations.independentSequences === true
      ? `${text}, as declared.`
      : `${text}; nobody has declared it. Windows of one text or recording are not independent.`,
    'G22',
  );
}

/** Whether our reading of the layers is the model: what every row but the held-out one depends on. */
export function agreementAssumption({ agreement }: BoundQuestion): Assumption {
  const text = 'The layers were read correctly, gate order included';
  if (!agreement) return assumption('unknown', `${text}; the model was not compared with our reading of it.`);
  const error = agreement.maxRelativeError;
  if (!(error <= agreementTolerance)) {
    return assumption(
      'violated',
      `${text}; our reading differs from ${agreement.peer} by ${error.toExponential(1)} (relative).`,
    );
  }
  return agreement.peer === 'evaluate'
    ? assumption('assumed', `${text}; it could only be compared with our own computation of the same equations.`)
    : assumption('met', `${text}: it reproduces ${agreement.peer} to ${error.toExponential(1)} (relative).`);
}

/** How scores become an answer, and so what counts as an error. */
export function decision(question: BoundQuestion): Assumption {
  const {
    checkpoint: { readout },
    sample,
  } = question;
  if (taskOf(question) === 'regression') return lossAssumption(question);
  const width = sample?.scoreWidth ?? readout?.outputs ?? 1;
  if (width > 1)
    return assumption('met', `The answer is the class with the largest of the ${width} scores; a tie is an error.`);
  return readout?.finalActivation === 'sigmoid'
    ? assumption('met', 'The answer is class 1 where the sigmoid is above 0.5, else class 0; 0.5 itself is an error.')
    : assumption(
        'assumed',
        'The answer is class 1 where the one score is positive, else class 0; 0 itself is an error.',
      );
}

/** What certified rows about a network and others like it share. */
export function networkAssumptions(
  question: BoundQuestion,
  layers: readonly RecurrentLayer[],
  reference: string | null,
  /** The tensor of a trained embedding that is a part of the class. */
  embedding: string | null = null,
): Assumption[] {
  return [
    independence(question),
    agreementAssumption(question),
    readoutAssumption(question),
    ...(question.sample?.otherGraph ? [otherGraph] : []),
    decision(question),
    question.declarations.architectureFixed === true
      ? assumption('assumed', 'Cell, width and depth were fixed before the data were seen, as declared.', 'G19')
      : assumption('met', 'Cell, width and depth may have been chosen on the data: that is paid for in Λ.', 'G19'),
    assumption(
      'assumed',
      'Activations and other options of the cells, which biases there are, the width of an embedding and what the readout reads were not chosen on these data; nobody has declared it.',
      'G19',
    ),
    ...(reference === null ? [] : [referenceAssumption(question, reference)]),
    embedding === null
      ? frontEnd(question, layers[0]!)
      : assumption(
          'met',
          `The layer reads rows of the trained embedding "${embedding}", which is a block of the class.`,
        ),
    assumption(
      'assumed',
      'No statistics of these data, such as a mean for scaling, are part of the preprocessing; nobody has declared it.',
      'G19',
    ),
    startAssumption(layers),
  ];
}

/** What certified rows about a whole class of networks share. */
export function classAssumptions(
  question: BoundQuestion,
  { layers, facts, reference, embedding }: BoundedClass,
  { delta, rows }: { readonly delta: number; readonly rows: number },
): Assumption[] {
  return [
    ...networkAssumptions(question, layers, reference, embedding),
    assumption(
      'assumed',
      taskOf(question) === 'regression'
        ? 'Scores y of the runtime are within 1e-5 (a + |y|) of those of exact arithmetic, on new sequences too: distances from the labels are raised by that. It is not proved.'
        : 'Margins M of the runtime are within 1e-5 (1 + |M|) of those of exact arithmetic, on new sequences too: margins are lowered by that. It is not proved.',
      'G20',
    ),
    assumption(
      'assumed',
      'Every number of a block is free: nothing tied, orthogonal, factored or quantised; the file does not say how its weights were made.',
      'G21',
    ),
    ...facts.map((fact) => assumption('met', fact)),
    deltaSplit(delta, rows),
  ];
}

function startAssumption(layers: readonly RecurrentLayer[]): Assumption {
  if (layers.some(({ keepsStates }) => keepsStates))
    return assumption('assumed', 'Every sequence starts at zero, although the model keeps its states between runs.');
  if (layers.some(({ initialState }) => initialState === 'learned'))
    return assumption('met', 'The learned initial states are blocks of the class, the same for every sequence.');
  return layers.some(({ initialState }) => initialState === 'given')
    ? assumption('met', 'The initial state is an input of the model, and is zero as the data give none.')
    : assumption('met', 'The initial state is zero.');
}

export const deltaSplit = (delta: number, rows: number): Assumption =>
  assumption(
    'met',
    `δ = ${delta} is split evenly over the ${rows} certified rows, fixed before any value is seen.`,
    'G23',
  );

/** That radii and priors may be measured from a reference: it must not know these data. */
function referenceAssumption({ checkpoint, reference, declarations }: BoundQuestion, file: string): Assumption {
  const text = `The weights of ${file}, which radii and priors are measured from, and that they are, were fixed before these data were seen`;
  const { layers = [], readout = null } = reference?.distance.measured ?? {};
  const head = reference?.distance.checkpoint.readout?.bias?.values ?? new Float64Array();
  const isItself =
    (readout?.norms.maxAbs ?? 0) === 0 &&
    head.every((value) => value === 0) &&
    layers.every(
      ({ layer, matrices }) =>
        matrices.every(({ norms }) => norms.maxAbs === 0) &&
        layer.biases.every(({ values }) => values.every((value) => value === 0)),
    );
  return isItself && declarations.trainedOnData !== false
    ? assumption('violated', `${text}; but they are those of ${checkpoint.file} itself, which these data trained.`)
    : assumption('assumed', `${text}, and they were not trained on them.`);
}

const otherGraph = assumption(
  'unknown',
  'The graph of the file computes the network that the file describes, on every sequence; it is not the graph that Recurscope writes for that description, and runs on some sequences cannot show what it does with others.',
);

/** That V and c turn hidden states into the scores is read off the graph, and compared with the model where it can be. */
function readoutAssumption({ checkpoint: { readout }, sample }: BoundQuestion): Assumption {
  const text = readout ? scoresText(readout) : 'The scores are read off the graph';
  if (!sample) return assumption('assumed', `${text}.`);
  return sample.readoutCompared
    ? assumption('met', `${text}: they were compared with the model’s own.`)
    : assumption('unknown', `${text}; they could not be compared with the model’s own.`);
}

function scoresText(readout: Readout): string {
  const { bias, weights, hidden = [] } = readout;
  if (hidden.length > 0) {
    const tensors = readoutDense(readout).map((dense) => `"${dense.weights.tensor}"`);
    return `The scores are what ${tensors.length} dense layers make of h, whose matrices are the tensors ${tensors.join(', ')}`;
  }
  const added = bias ? ` and c the tensor "${bias.tensor}"` : '';
  return `The scores are V h${bias ? ' + c' : ''}, where V is the tensor "${weights?.tensor ?? ''}"${added}`;
}

function frontEnd({ declarations }: BoundQuestion, { input }: RecurrentLayer): Assumption {
  if (input.kind !== 'frontEnd') return assumption('met', 'The layer reads the model’s input itself.');
  if (!input.trained)
    return assumption('met', `What precedes the layer (${input.description}) has nothing trained in it.`);
  return declarations.frontEndFixed === true
    ? assumption(
        'assumed',
        `What precedes the layer (${input.description}) was fixed before the data were seen, as declared.`,
      )
    : assumption('violated', `What precedes the layer (${input.description}) was fixed before the data were seen.`);
}
