import { layerWeights } from '../../core/cells/layerWeights';
import type { Checkpoint, RecurrentLayer } from '../../core/checkpoint';
import { evaluate } from '../../core/interpret/evaluate';
import { Problem } from '../../core/problem';
import type { Tensor } from '../../core/sequences';
import type { LoadedCheckpoint, TfjsProgram } from '../../formats/loadedCheckpoint';
import { recurrentUnit, type RecurrentUnit } from '../../formats/tfjs/recurrentLayers';
import { readTopology, type Topology } from '../../formats/tfjs/topology';
import type { LayerRun, ModelRun, ModelRunner } from '../modelRunner';
import { scoresLayer, type ScoresLayer } from './scoresLayer';
import { statelessLayer, type Values } from './statelessLayer';

/**
 * Follows the layers of a TensorFlow.js checkpoint in float64, for models that TensorFlow.js refuses to run. It reads the
 * recurrent layers by our own equations, so comparing with it checks our graphs and arithmetic but takes for granted that
 * the gate order was read correctly. Whatever comes after a layer that is not understood is left out.
 */
export function createEvaluateRunner(
  { checkpoint, program }: LoadedCheckpoint,
  scoresOutput: string | null = null,
): ModelRunner {
  if (program.kind !== 'tfjs') throw new Error('createEvaluateRunner was given a checkpoint of another format.');
  const topology = readTopology(program.modelTopology, checkpoint.file);
  const weights = weightsOf(program);
  const scored = scoresLayer(checkpoint.readout, program, scoresOutput);
  return {
    peer: 'evaluate',
    // A promise even of what is thrown at once.
    run: (inputs) => new Promise((resolve) => resolve(follow(topology, weights, checkpoint, program, scored, inputs))),
    dispose: () => Promise.resolve(),
  };
}

function follow(
  topology: Topology,
  weights: ReadonlyMap<string, Values>,
  checkpoint: Checkpoint,
  program: TfjsProgram,
  scored: ScoresLayer | null,
  inputs: ReadonlyMap<string, Tensor>,
): ModelRun {
  const known = new Map<string, Values>();
  const runs = new Map<RecurrentLayer, LayerRun>();
  for (const layer of topology.layers) {
    const before = layer.readsOther ? undefined : known.get(layer.inputs[0] ?? '');
    const unit = recurrentUnit(layer);
    const directions = checkpoint.layers.filter((_, k) => program.taps[k]?.layer === layer.name);
    const after =
      layer.className === 'InputLayer'
        ? givenInput(layer.name, inputs, checkpoint.file)
        : !before
          ? null
          : unit
            ? recurrent(unit, before, directions, runs)
            : statelessLayer(layer, before, weights, true);
    if (after) known.set(layer.name, after);
  }
  const outputs = checkpoint.outputs.map(({ name }) => [name, known.get(name)] as const);
  return {
    layers: checkpoint.layers.map((layer) => runs.get(layer) ?? null),
    scores: scoresOf(topology, weights, known, scored),
    outputs: new Map(outputs.flatMap(([name, values]) => (values ? [[name, values]] : []))),
  };
}

function weightsOf({ weightSpecs, weightData }: TfjsProgram): ReadonlyMap<string, Values> {
  const weights = new Map<string, Values>();
  let offset = 0;
  for (const { name, shape, dtype } of weightSpecs) {
    const count = shape.reduce((product, size) => product * size, 1);
    const bytes = count * (dtype === 'bool' ? 1 : 4);
    // The bytes are copied, because a weight behind a boolean one need not start at a multiple of four.
    const values = dtype === 'float32' ? new Float32Array(weightData.slice(offset, offset + bytes)) : null;
    if (values) weights.set(name, { dims: shape, values: Float64Array.from(values) });
    offset += bytes;
  }
  return weights;
}

function givenInput(name: string, inputs: ReadonlyMap<string, Tensor>, file: string): Values {
  const tensor = inputs.get(name);
  if (!tensor) throw new Problem(`The input ${name} of ${file} was not given; add an array of that name to the data.`);
  return { dims: tensor.dims, values: Float64Array.from(tensor.values, Number) };
}

/** Runs the one or two directions of a recurrent unit and puts them together as its merge mode says. */
function recurrent(
  unit: RecurrentUnit,
  { dims, values }: Values,
  directions: readonly RecurrentLayer[],
  runs: Map<RecurrentLayer, LayerRun>,
): Values | null {
  const [batch, steps, width] = dims;
  if (dims.length !== 3 || batch === undefined || steps === undefined || width === undefined) return null;
  const input = swapAxes(values, batch, steps);
  const halves: Values[] = [];
  for (const layer of directions) {
    if (!layer.cell || layer.inputSize !== width) return null;
    const sizes = { input: width, hidden: layer.hiddenSize };
    const { hidden } = evaluate(layer.cell, layerWeights(layer), sizes, {
      input,
      steps,
      batch,
      direction: layer.direction,
    });
    const output = Float32Array.from(hidden);
    runs.set(layer, {
      steps,
      batch,
      input: Float32Array.from(input),
      output,
      outputSteps: 'every',
      initialStates: null,
    });
    halves.push(
      unit.returnsSequences
        ? everyStep(hidden, batch, steps, unit.reversedOutput)
        : lastStep(hidden, batch, steps, layer),
    );
  }
  return merge(halves, unit.mergeMode);
}

/** [a, b, width] → [b, a, width]. */
function swapAxes(values: Float64Array, a: number, b: number): Float64Array {
  const width = a * b === 0 ? 0 : values.length / (a * b);
  const result = new Float64Array(values.length);
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++)
      result.set(values.subarray((i * b + j) * width, (i * b + j + 1) * width), (j * a + i) * width);
  }
  return result;
}

function everyStep(hidden: Float64Array, batch: number, steps: number, reversed: boolean): Values {
  const width = hidden.length / (batch * steps);
  const ordered = reversed ? new Float64Array(hidden.length) : hidden;
  const stride = batch * width;
  if (reversed)
    for (let step = 0; step < steps; step++)
      ordered.set(hidden.subarray(step * stride, (step + 1) * stride), (steps - 1 - step) * stride);
  return { dims: [batch, steps, width], values: swapAxes(ordered, steps, batch) };
}

/** The last step that a direction computes: the first of the sequence in a layer that runs backwards. */
function lastStep(
  hidden: Float64Array,
  batch: number,
  steps: number,
  { hiddenSize, direction }: RecurrentLayer,
): Values {
  const start = direction === 'reverse' ? 0 : (steps - 1) * batch * hiddenSize;
  return { dims: [batch, hiddenSize], values: hidden.slice(start, start + batch * hiddenSize) };
}

function merge([forward, backward]: readonly Values[], mode: string | null): Values | null {
  if (!forward || mode === null) return forward ?? null;
  if (!backward) return null;
  if (mode === 'concat') return concatenate(forward, backward);
  const [u, v] = [forward.values, backward.values];
  const values = forward.values.map((_, k) =>
    mode === 'mul' ? u[k]! * v[k]! : mode === 'ave' ? (u[k]! + v[k]!) / 2 : u[k]! + v[k]!,
  );
  return mode === 'sum' || mode === 'mul' || mode === 'ave' ? { dims: forward.dims, values } : null;
}

function concatenate(forward: Values, backward: Values): Values {
  const width = forward.dims.at(-1) ?? 0;
  const rows = forward.values.length / width;
  const values = new Float64Array(2 * forward.values.length);
  for (let row = 0; row < rows; row++) {
    values.set(forward.values.subarray(row * width, (row + 1) * width), 2 * row * width);
    values.set(backward.values.subarray(row * width, (row + 1) * width), (2 * row + 1) * width);
  }
  return { dims: [...forward.dims.slice(0, -1), 2 * width], values };
}

function scoresOf(
  topology: Topology,
  weights: ReadonlyMap<string, Values>,
  known: ReadonlyMap<string, Values>,
  scored: ScoresLayer | null,
): ModelRun['scores'] {
  const layer = topology.layers.find(({ name }) => name === scored?.layer);
  const before = known.get(layer?.inputs[0] ?? '');
  const bare = scored !== null && scored.finalActivation !== 'none';
  const scores = layer && before && bare ? statelessLayer(layer, before, weights, false) : known.get(layer?.name ?? '');
  const [, second, third] = scores?.dims ?? [];
  if (!scores || second === undefined || scores.dims.length > 3) return null;
  const shape = third === undefined ? { steps: 1, width: second } : { steps: second, width: third };
  return { ...shape, values: Float32Array.from(scores.values) };
}
