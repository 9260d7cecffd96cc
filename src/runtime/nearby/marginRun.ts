import { InferenceSession, Tensor } from 'onnxruntime-node';
import { binaryMargin, margin } from '../../core/bounds/margins/margins';
import { networkNames } from '../../core/cells/networkNames';
import { maskName } from '../graph/networkLayers';
import { sessionOptions } from '../sessionOptions';
import type { TrialBatch, TrialMargins, TrialSetup } from './trialSetup';

/** Runs a network with any weights on all sequences of a setup. */
export interface MarginRun {
  margins(weights: readonly Float32Array[]): Promise<TrialMargins>;
  dispose(): Promise<void>;
}

/** Opens the network. It computes with one thread, so that weights give the same scores wherever they are tried. */
export async function openMarginRun(setup: TrialSetup): Promise<MarginRun> {
  const session = await InferenceSession.create(setup.model, { ...sessionOptions, intraOpNumThreads: 1 });
  const shapes = new Map(session.inputMetadata.map((input) => [input.name, input.isTensor ? input.shape : []]));
  const count = setup.batches.reduce((total, batch) => total + answersOf(setup, batch), 0);
  return {
    async margins(weights) {
      const parameters: Record<string, Tensor> = {};
      for (const [k, { name }] of setup.blocks.entries()) {
        const shape = shapes.get(name);
        // What no score depends on is no input of the graph.
        if (shape) parameters[name] = new Tensor('float32', weights[k]!, shape.map(Number));
      }
      const margins = new Float32Array(count);
      let start = 0;
      for (const batch of setup.batches) {
        const { steps, batch: size, input, mask } = batch;
        const feeds = {
          ...parameters,
          // The runtime takes no memory that threads share.
          [networkNames.input]: new Tensor('float32', input.slice(), [steps, size, input.length / (steps * size)]),
          ...(mask && { [maskName]: new Tensor('float32', mask.slice(), [steps, size, 1]) }),
        };
        const scores = (await session.run(feeds))[networkNames.scores]?.data;
        if (!(scores instanceof Float32Array)) throw new Error('onnxruntime did not answer with scores in float32.');
        start = addMargins(setup, batch, scores, margins, start);
      }
      return margins;
    },
    dispose: () => session.release(),
  };
}

/** How many margins the sequences of a batch have. */
const answersOf = ({ labelSteps }: TrialSetup, { batch, lengths }: TrialBatch): number =>
  labelSteps === 1 ? batch : lengths.reduce((total, steps) => total + steps, 0);

/** Appends the margins of a batch, sequence by sequence, and answers where they end. */
function addMargins(
  { outputs, scoresEveryStep, labelSteps }: TrialSetup,
  { batch, labels, lengths }: TrialBatch,
  scores: Float32Array,
  margins: Float32Array,
  start: number,
): number {
  let next = start;
  for (let entry = 0; entry < batch; entry++) {
    const last = lengths[entry]! - 1;
    for (let step = labelSteps === 1 ? last : 0; step <= last; step++) {
      const offset = ((scoresEveryStep ? step * batch : 0) + entry) * outputs;
      const label = labels[entry * labelSteps + (labelSteps === 1 ? 0 : step)]!;
      margins[next++] = outputs === 1 ? binaryMargin(scores[offset]!, label) : margin(scores, label, offset, outputs);
    }
  }
  return next;
}
