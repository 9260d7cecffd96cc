import { placedName, type Network, type NetworkLayer } from '../../../../src/core/cells/network';
import { evaluateNetwork } from '../../../../src/core/interpret/evaluateNetwork';
import { gradients } from '../../../../src/core/interpret/gradients';

/** A network with a readout, what it is trained on, and how its scores are judged. */
export interface TrainingRun {
  readonly network: Network;
  readonly loss: 'crossEntropy' | 'binaryCrossEntropy' | 'squaredError';
  /** Weights by their names in the network, `layer1.W_f`, and of the readout, `V` and `c`. */
  readonly weights: ReadonlyMap<string, Float64Array>;
  /** [steps, batch, input size]. */
  readonly input: Float64Array;
  readonly steps: number;
  readonly batch: number;
  readonly lengths: Int32Array | null;
  /** By names in the network, `layer1.h`, [batch, size]. */
  readonly initialStates: ReadonlyMap<string, Float64Array>;
  /** [steps, batch, outputs], or [batch, outputs] of a readout after the last step. */
  readonly targets: Float64Array;
  /** How much each answer counts: [steps, batch] or [batch]; zero for padding. */
  readonly counts: Float64Array;
  /** By layer, what later layers read of it is multiplied by, [steps, batch, width]. @default ones */
  readonly dropout?: readonly (Float64Array | null)[];
}

/** A loss, and how it moves with all weights, with the input and with the initial states. */
export interface TrainingResult {
  readonly loss: number;
  readonly weights: ReadonlyMap<string, Float64Array>;
  readonly input: Float64Array;
  readonly initialStates: ReadonlyMap<string, Float64Array>;
}

/** The same as a training graph, in float64 and layer by layer. */
export function trainingReference(run: TrainingRun): TrainingResult {
  const { network, weights, steps, batch, lengths } = run;
  const { layers, readout } = network;
  if (!readout) throw new Error('There is nothing to learn without a readout.');
  const { hidden, scores } = evaluated(run);
  const width = (k: number): number => hidden[k]!.length / (steps * batch);
  const rowOf = (answer: number, { direction }: NetworkLayer): number => {
    if (readout.steps === 'every') return answer;
    return (direction === 'reverse' ? 0 : (lengths?.[answer] ?? steps) - 1) * batch + answer;
  };

  const found = new Map([...weights].map(([name, values]) => [name, new Float64Array(values.length)]));
  const cotangents = hidden.map((values) => new Float64Array(values.length));
  const [V, { outputs }] = [weights.get('V')!, readout];
  const counted = run.counts.reduce((sum, count) => sum + count, 0);
  let loss = 0;
  for (const [answer, count] of run.counts.entries()) {
    const own = (values: Float64Array): Float64Array => values.subarray(answer * outputs, (answer + 1) * outputs);
    const { value, slope } = judged(run.loss, own(scores), own(run.targets));
    loss += (count / counted) * value;
    for (const [o, moved] of slope.entries()) {
      const d = (count / counted) * moved;
      if (readout.bias) found.get('c')![o]! += d;
      let place = (o * V.length) / outputs;
      for (const layer of readout.layers) {
        const start = rowOf(answer, layers[layer]!) * width(layer);
        for (let k = start; k < start + width(layer); k++) {
          found.get('V')![place]! += d * hidden[layer]![k]!;
          cotangents[layer]![k]! += d * V[place]!;
          place++;
        }
      }
    }
  }

  const input = new Float64Array(run.input.length);
  const initialStates = new Map<string, Float64Array>();
  for (let k = layers.length - 1; k >= 0; k--) {
    const { cell, name, inputSize, hiddenSize, direction, reads, residual } = layers[k]!;
    const prefix = placedName(name, '');
    const own = [...weights].filter(([parameter]) => parameter.startsWith(prefix));
    const back = gradients(
      cell,
      new Map(own.map(([parameter, values]) => [parameter.slice(prefix.length), values])),
      cell.sizes(inputSize, hiddenSize),
      {
        ...{ steps, batch, direction, lengths },
        input:
          reads === 'input'
            ? run.input
            : together(
                reads.map((earlier) => masked(hidden[earlier]!, run.dropout?.[earlier])),
                steps * batch,
              ),
        initialStates: cell.states.map((state) => run.initialStates.get(placedName(name, state.name))!),
      },
      cotangents[k]!,
    );
    for (const [parameter, values] of back.weights) found.get(placedName(name, parameter))!.set(values);
    cell.states.forEach((state, j) => initialStates.set(placedName(name, state.name), back.initialStates[j]!));
    const [from, wide] = [typeof residual === 'object' ? residual.from : 0, width(k)];
    const read = back.input.length / (steps * batch);
    if (residual) {
      for (const [j, d] of cotangents[k]!.entries()) back.input[Math.floor(j / wide) * read + from + (j % wide)]! += d;
    }
    if (reads === 'input') addApart(back.input, [input], steps * batch);
    else {
      const parts = reads.map((earlier) => new Float64Array(hidden[earlier]!.length));
      addApart(back.input, parts, steps * batch);
      for (const [j, earlier] of reads.entries()) {
        for (const [place, d] of masked(parts[j]!, run.dropout?.[earlier]).entries()) cotangents[earlier]![place]! += d;
      }
    }
  }
  return { loss, weights: found, input, initialStates };
}

const masked = (values: Float64Array, mask: Float64Array | null | undefined): Float64Array =>
  mask ? values.map((value, k) => value * mask[k]!) : values;

/** What each layer hands on, and the scores. */
function evaluated(run: TrainingRun): { readonly hidden: readonly Float64Array[]; readonly scores: Float64Array } {
  const { network, weights, steps, batch } = run;
  if (!run.dropout) {
    const { layers, scores } = evaluateNetwork(network, weights, run);
    return { hidden: layers.map((layer) => layer.hidden), scores: scores! };
  }
  // One layer after the other, each as the only one of a network that reads masked values as its input.
  const hidden: Float64Array[] = [];
  for (const layer of network.layers) {
    const { reads } = layer;
    const input =
      reads === 'input'
        ? run.input
        : together(
            reads.map((earlier) => masked(hidden[earlier]!, run.dropout![earlier])),
            steps * batch,
          );
    const alone = { inputSize: layer.inputSize, layers: [{ ...layer, reads: 'input' as const }], readout: null };
    hidden.push(evaluateNetwork(alone, weights, { ...run, input }).layers[0]!.hidden);
  }
  return { hidden, scores: linearScores(run, hidden) };
}

/** V [h; …] + c. */
function linearScores(run: TrainingRun, hidden: readonly Float64Array[]): Float64Array {
  const { network, weights, steps, batch, lengths } = run;
  const { outputs, layers, steps: answered, bias } = network.readout!;
  const rows = answered === 'every' ? steps * batch : batch;
  const V = weights.get('V')!;
  const scores = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const read = layers.flatMap((k) => {
      const isReverse = network.layers[k]!.direction === 'reverse';
      const last = (isReverse ? 0 : (lengths?.[row] ?? steps) - 1) * batch + row;
      const width = hidden[k]!.length / (steps * batch);
      const from = (answered === 'every' ? row : last) * width;
      return [...hidden[k]!.subarray(from, from + width)];
    });
    for (let o = 0; o < outputs; o++) {
      scores[row * outputs + o] = bias ? weights.get('c')![o]! : 0;
      for (const [j, value] of read.entries()) scores[row * outputs + o]! += V[o * read.length + j]! * value;
    }
  }
  return scores;
}

/** Parts of [rows, width] side by side. */
function together(parts: readonly Float64Array[], rows: number): Float64Array {
  const result: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (const part of parts)
      result.push(...part.subarray((row * part.length) / rows, ((row + 1) * part.length) / rows));
  }
  return Float64Array.from(result);
}
/** Adds what lies side by side to its parts. */
function addApart(whole: Float64Array, parts: readonly Float64Array[], rows: number): void {
  let place = 0;
  for (let row = 0; row < rows; row++) {
    for (const part of parts) {
      const width = part.length / rows;
      for (let k = row * width; k < (row + 1) * width; k++) part[k]! += whole[place++]!;
    }
  }
}

interface Judgement {
  readonly value: number;
  /** How the value moves with the scores. */
  readonly slope: Float64Array;
}

function judged(loss: TrainingRun['loss'], scores: Float64Array, target: Float64Array): Judgement {
  if (loss === 'squaredError') {
    const error = scores.map((score, k) => score - target[k]!);
    return {
      value: error.reduce((sum, e) => sum + e * e, 0) / scores.length,
      slope: error.map((e) => (2 * e) / scores.length),
    };
  }
  if (loss === 'binaryCrossEntropy') {
    const [score, share] = [scores[0]!, target[0]!];
    return {
      value: -share * Math.log(1 / (1 + Math.exp(-score))) - (1 - share) * Math.log(1 / (1 + Math.exp(score))),
      slope: Float64Array.of(1 / (1 + Math.exp(-score)) - share),
    };
  }
  const largest = Math.max(...scores);
  const logTotal = largest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0));
  return {
    value: scores.reduce((sum, score, k) => sum - target[k]! * (score - logTotal), 0),
    slope: scores.map((score, k) => Math.exp(score - logTotal) - target[k]!),
  };
}
