import { expand } from '../../core/cells/expand';
import type { Expression } from '../../core/cells/language';
import { networkSizes, type Network } from '../../core/cells/network';
import { networkNames } from '../../core/cells/networkNames';
import { checkWidths } from '../../core/cells/sizes';
import { Main, type MainOptions } from './main';
import { maskName, readoutScores, runLayers, type LayerOptions } from './networkLayers';
import { addReductions, type ReductionOutputs } from './reductions';

export interface NetworkOptions extends LayerOptions, Omit<MainOptions, 'sizes' | 'weights'> {
  /**
   * What comes out besides the scores, by name, [steps, batch, width] in the order of the sequence and zero at padding: any
   * expressions of the layers in their places (`placedLayers`). @default none
   */
  readonly taps?: ReadonlyMap<string, Expression>;
  /** What comes out as statistics over all steps but padding; without a mask the input `counted` says what counts. @default none */
  readonly reduced?: ReadonlyMap<string, Expression>;
}

export interface NetworkGraph {
  /** An ONNX model. */
  readonly model: Uint8Array;
  /** For each tap the name of the output that holds it; taps of one expression share an output. */
  readonly outputs: ReadonlyMap<string, string>;
  /** For each of `reduced` the outputs that hold its statistics. */
  readonly reductions: ReadonlyMap<string, ReductionOutputs>;
}

/**
 * A model that runs a network over sequences X [steps, batch, input size], from initial states `layer1.h0`, … that are inputs
 * too unless they are zero. Where there is a readout, its `scores` come out: [steps, batch, outputs], zero at padding, or
 * [batch, outputs] after the last step of each sequence.
 *
 * @throws Problem where the layers do not fit together.
 */
export function networkGraph(
  network: Network,
  weights: ReadonlyMap<string, Float64Array>,
  { taps = new Map(), reduced = new Map(), initialStates, masked, ...options }: NetworkOptions,
): NetworkGraph {
  const main = new Main({ ...options, sizes: networkSizes(network), weights });
  const layers = runLayers(main, network, {
    ...(initialStates !== undefined && { initialStates }),
    ...(masked !== undefined && { masked }),
  });
  const everyStep = (e: Expression): string => {
    const value = main.steps(main.everywhere(e), main.width([e]));
    if (!masked) return value;
    const isStep = main.once('is step', () => main.apply('Greater', [maskName, main.constant(0)]));
    return main.once(`${value} at steps`, () => main.apply('Where', [isStep, value, main.constant(0)]));
  };
  const outputs = new Map<string, string>();
  for (const [name, tap] of taps) {
    const e = expand(tap);
    checkWidths([e], main.sizes);
    outputs.set(name, main.output(everyStep(e)));
  }
  const summed = new Map([...reduced].map(([name, e]) => [name, expand(e)]));
  checkWidths([...summed.values()], main.sizes);
  const none = new Map<string, ReductionOutputs>();
  const reductions = summed.size > 0 ? addReductions(main, summed, masked ? maskName : undefined) : none;
  const scores = readoutScores(main, network, layers);
  if (scores) {
    main.output(network.readout!.steps === 'every' ? everyStep(scores) : main.value(scores), networkNames.scores);
  }
  return { model: main.encode(), outputs, reductions };
}
