import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Network } from '../src/core/cells/network';
import { sessionOptions } from '../src/runtime/sessionOptions';
import { trainingGraph } from '../src/runtime/graph/trainingGraph';

export interface Descent {
  readonly steps: number;
  readonly batch: number;
  readonly rate: number;
  /** Every weight shrinks by this share of the rate at each step. @default 0 */
  readonly decay?: number;
  /** A batch: X [steps, batch, input size], and a label for each answer. */
  readonly draw: () => { readonly input: Float32Array; readonly labels: Int32Array; readonly steps: number };
}

type Weights = ReadonlyMap<string, Float64Array>;

/** Plain stochastic gradient descent on the cross-entropy, for simulations and demonstrations with small networks. */
export async function descend(network: Network): Promise<(start: Weights, descent: Descent) => Promise<Weights>> {
  const graph = trainingGraph(network, { elements: 'float32', loss: 'crossEntropy', targets: 'labels' });
  const session = await InferenceSession.create(graph.model, { ...sessionOptions, intraOpNumThreads: 1 });
  const inputSize = network.inputSize;
  const isEvery = network.readout!.steps === 'every';
  return async (start, { steps, batch, rate, decay = 0, draw }) => {
    const weights = new Map([...start].map(([name, values]) => [name, Float32Array.from(values)]));
    for (let step = 0; step < steps; step++) {
      const drawn = draw();
      const answers = isEvery ? [drawn.steps, batch] : [batch];
      const feeds: Record<string, Tensor> = {
        X: new Tensor('float32', drawn.input, [drawn.steps, batch, inputSize]),
        Y: new Tensor('int32', drawn.labels, answers),
        counts: new Tensor('float32', new Float32Array(drawn.labels.length).fill(1), answers),
      };
      for (const { name, dims } of graph.weights) feeds[name] = new Tensor('float32', weights.get(name)!, dims);
      const results = await session.run(feeds);
      for (const { name, gradient } of graph.weights) {
        const values = weights.get(name)!;
        const slope = results[gradient]!.data as Float32Array;
        for (let k = 0; k < values.length; k++) values[k]! -= rate * (slope[k]! + decay * values[k]!);
      }
    }
    return new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));
  };
}
