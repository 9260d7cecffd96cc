import { initialNetwork } from '../../core/cells/initialNetwork';
import { cellNamed } from '../../core/cells/cells';
import type { Network } from '../../core/cells/network';
import { keptTo } from '../../core/training/keptTo';
import { optimizerState } from '../../core/training/optimizer';
import { defaultTraining, type TrainingOptions } from '../../core/training/trainingOptions';
import { batchFeeds } from './batch';
import { descent } from './descent';
import type { ProbeAnswer } from './devices';
import { openTrainingDevice } from './trainingDevice';
import { createTrainingStep, type TrainingStepOptions } from './trainingStep';

// A process of its own, because a driver may crash or hang: trains a small network there and here, and says whether both agree.

const options: TrainingOptions = { ...defaultTraining, learningRate: { ...defaultTraining.learningRate, peak: 0.01 } };
const step: TrainingStepOptions = { loss: 'crossEntropy', targets: 'labels', carriesStates: false, threads: 1 };
const network: Network = {
  inputSize: 2,
  layers: [
    {
      ...{ name: 'layer1', cell: cellNamed('lstm'), inputSize: 2, hiddenSize: 8 },
      ...{ direction: 'forward', reads: 'input', residual: false },
    },
  ],
  readout: { layers: [0], steps: 'last', outputs: 3, bias: true },
};
const steps = 4;
const sequences = [0, 1, 2, 3];
const batch = () =>
  batchFeeds(
    {
      width: 2,
      inputs: sequences.map((k) => Float32Array.from({ length: 2 * steps }, (_, j) => Math.sin(k + j))),
      lengths: new Int32Array(sequences.length).fill(steps),
      targets: { kind: 'labels', everyStep: false, values: sequences.map((k) => Int32Array.of(k % 3)) },
    },
    sequences,
    { from: 0, to: steps },
  );

async function probed(name: 'webgpu' | 'cuda'): Promise<ProbeAnswer> {
  const here = await createTrainingStep(network, step);
  const initial = initialNetwork(network, 1);
  const weights = here.weights.map((weight) => Float32Array.from(initial.get(weight.name)!));
  const kept = keptTo([], network, here.weights, weights);
  const failures: string[] = [];
  const device = await openTrainingDevice({
    ...{ name, network, step, options, longest: steps, batchSize: sequences.length },
    failed: (sentence) => failures.push(sentence),
  });
  const onCpu = descent(here, options, kept);
  const there = device.descent(kept, onCpu);
  const states = [onCpu, there].map(() => ({
    weights: weights.map((values) => values.slice()),
    optimizer: optimizerState(
      options.optimizer.kind,
      weights.map(({ length }) => length),
    ),
  }));
  for (let k = 0; k < 3; k++) {
    for (const [j, by] of [onCpu, there].entries())
      await by.step(states[j]!, batch(), options.learningRate.peak, new Map());
  }
  await there.settle(states[1]!);
  if (failures.length > 0) return { usable: false, reason: failures[0]! };
  const error = states[0]!.weights.reduce(
    (most, values, k) =>
      values.reduce((worst, w, j) => Math.max(worst, Math.abs(w - states[1]!.weights[k]![j]!)), most),
    0,
  );
  // Three steps of 0.01 move a weight by up to 0.03; Adam makes much of small gradients, and so of their rounding.
  return error < 1e-3
    ? { usable: true }
    : { usable: false, reason: `its weights after three steps are off by ${error.toExponential(1)}` };
}

const answered = (answer: ProbeAnswer): void => void process.send?.(answer, () => process.exit(0));

probed(process.argv[2] === 'cuda' ? 'cuda' : 'webgpu').then(answered, (error: unknown) =>
  answered({ usable: false, reason: error instanceof Error ? error.message : String(error) }),
);
