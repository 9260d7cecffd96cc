import { createGateAccumulator, type GateAccumulator } from '../core/analysis/gateStatistics';
import { activationRange } from '../core/cells/activation';
import type { RecurrentLayer } from '../core/checkpoint';
import type { Observations } from '../core/observations';
import type { AgreementMeter } from './agreementOf';
import { createCellRunner, type CellRunner } from './cellRunner';
import type { LayerRun } from './modelRunner';
import { stepsBeforeOverflow } from './overflow';

/** Watches one layer: its own equations beside the user's model. */
export interface LayerObserver {
  /** Answers what the layer hands on as the equations give it, [steps, batch, width], and how far it can be compared. */
  see(
    run: LayerRun,
    counted: Int32Array | null,
    compare: AgreementMeter['compare'],
  ): Promise<{ readonly hidden: Float32Array; readonly beforeOverflow: Int32Array | null }>;
  readonly hasSeen: () => boolean;
  /** Statistics of the gates whose activations were all finite. */
  statistics(): Observations['gates'][number];
  /** The other gates. */
  overflowing(): readonly string[];
  dispose(): Promise<void>;
}

/** null for a layer whose equations are withheld or refused by the runtime. */
export async function openObservers(
  layers: readonly RecurrentLayer[],
  notes: string[],
): Promise<(LayerObserver | null)[]> {
  const observers: (LayerObserver | null)[] = [];
  for (const layer of layers) {
    try {
      observers.push(layer.cell === null ? null : layerObserver(layer, await createCellRunner(layer)));
    } catch (error) {
      observers.push(null);
      notes.push(
        `The equations of the layer "${layer.name}" could not be run: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return observers;
}

function layerObserver(layer: RecurrentLayer, cell: CellRunner): LayerObserver {
  const gates = Object.entries(layer.cell?.gates ?? {});
  const accumulators = new Map<string, GateAccumulator>(
    gates.map(([gate, activation]) => [gate, createGateAccumulator(gate, activationRange(activation))]),
  );
  let hasSeen = false;
  return {
    async see(run, counted, compare) {
      const ours = await cell.run(run.input, run.steps, run.batch, run.initialStates, run.lengths ?? null);
      const beforeOverflow = stepsBeforeOverflow(run, layer);
      compare(ours.hidden, run, layer, beforeOverflow);
      for (const [gate, values] of ours.gates) accumulators.get(gate)?.add(values, run.steps, run.batch, counted);
      hasSeen = true;
      return { hidden: ours.hidden, beforeOverflow };
    },
    hasSeen: () => hasSeen,
    statistics: () =>
      hasSeen
        ? [...accumulators.values()].filter((gate) => gate.isFinite()).map((accumulator) => accumulator.finish())
        : [],
    overflowing: () => [...accumulators].filter(([, accumulator]) => !accumulator.isFinite()).map(([gate]) => gate),
    dispose: () => cell.dispose(),
  };
}

/** One sentence for each layer whose input was not seen in any run. */
export function unseen(layers: readonly RecurrentLayer[], observers: readonly (LayerObserver | null)[]): string[] {
  return layers.flatMap(({ name }, k) => {
    const observer = observers[k];
    return observer && !observer.hasSeen()
      ? [`What the layer "${name}" reads could not be observed, so it was not compared with the model.`]
      : [];
  });
}

/** The sequences and the weights are finite, so activations that are not have grown past the largest float32 on their way. */
export function overflows(layers: readonly RecurrentLayer[], observers: readonly (LayerObserver | null)[]): string[] {
  return layers.flatMap(({ name }, k) => {
    const gates = observers[k]?.overflowing() ?? [];
    if (gates.length === 0) return [];
    const [are, their] = gates.length === 1 ? ['activation is', 'its'] : ['activations are', 'their'];
    return `In the layer "${name}" the ${gates.join(', ')} ${are} not finite on these sequences: the numbers grow past what float32 holds. So ${their} statistics are left out, the hidden states of a sequence were compared up to there, and a score that is not a number counts as an error.`;
  });
}
