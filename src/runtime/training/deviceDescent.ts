import { Tensor } from 'onnxruntime-node';
import type { KeptTo } from '../../core/training/keptTo';
import type { TrainingOptions } from '../../core/training/trainingOptions';
import { gradientNormName, stepScalars, type MovedTensor } from '../graph/optimizerGraph';
import type { Descent, MovingState } from './descent';
import type { DeviceSessions, OpenSession } from './deviceSessions';
import { paddedFeeds } from './paddedFeeds';

/**
 * The whole step in the graph: weights and what the optimizer remembers stay on the device from step to step, and only the
 * loss, the norm of the gradients and carried states come back. They are read when the state is asked for, when a projection
 * is due, and, where there are penalties, after every step, because those two are computed here.
 */
export function deviceDescent(sessions: DeviceSessions, { optimizer }: TrainingOptions, kept: KeptTo): Descent {
  /** What is on the device now, by the names of the inputs; empty where the state is what counts. */
  let held = new Map<string, Tensor>();
  /** Steps taken that the state does not know of. */
  let ahead = 0;

  const forget = (): void => {
    for (const tensor of held.values()) tensor.dispose();
    held = new Map();
    ahead = 0;
  };
  const settle = async (state: MovingState): Promise<void> => {
    if (ahead === 0) return;
    const values = await sessions.read(held);
    for (const [target, { given }] of places(state, sessions.moved)) target.set(values.get(given)!);
    state.optimizer.step += ahead;
    ahead = 0;
  };
  const uploaded = (state: MovingState): ReadonlyMap<string, Tensor> =>
    held.size > 0
      ? held
      : new Map(
          places(state, sessions.moved).map(([values, { given, dims }]) => [
            given,
            new Tensor('float32', values, dims),
          ]),
        );
  /** What penalties add to the gradients; the state is up to date, as it is read after every step where there are some. */
  const penalties = ({ weights }: MovingState): Record<string, Tensor> => {
    if (!kept.penalises) return {};
    const added = weights.map(({ length }) => new Float32Array(length));
    kept.penalise(weights, added);
    return Object.fromEntries(
      sessions.moved.map(({ penalty, dims }, k) => [penalty!, new Tensor('float32', added[k]!, dims)]),
    );
  };

  return {
    async step(state, batch, learningRate, carried) {
      const session = await sessions.forSteps(batch.batch.steps);
      const number = state.optimizer.step + ahead + 1;
      const outputs = await session.run({
        ...paddedFeeds(batch, session.size, sessions.answersEveryStep),
        ...initialStates(session, carried),
        ...scalars(stepScalars(optimizer, number, learningRate)),
        ...penalties(state),
        ...Object.fromEntries(uploaded(state)),
      });
      const numbers = (name: string): Float32Array => outputs[name]!.data as Float32Array;
      const [loss, gradientNorm] = [numbers('loss')[0]!, numbers(gradientNormName)[0]!];
      const next = new Map(
        sessions.tensors.map(({ given, moved }): [string, Tensor] => [given, outputs[moved] as Tensor]),
      );
      const states = new Map(
        session.states.map(({ name, width }) => [name, numbers(name).slice(0, batch.batch.sequences.length * width)]),
      );
      if (!batch.isAnswered || !Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
        for (const tensor of next.values()) tensor.dispose();
        return { loss, gradientNorm: batch.isAnswered ? gradientNorm : 0, states };
      }
      for (const tensor of held.values()) tensor.dispose();
      held = next;
      ahead++;
      if (kept.penalises) await settle(state);
      if (kept.isDue(number)) {
        await settle(state);
        kept.project(state.weights, number);
        forget();
      }
      return { loss, gradientNorm, states };
    },
    settle,
    async projectAll(state) {
      await settle(state);
      kept.project(state.weights, 'all');
      forget();
    },
  };
}

/** Every array of a state with the tensor of the graph that it is. */
function places(
  { weights, optimizer }: MovingState,
  moved: DeviceSessions['moved'],
): (readonly [Float32Array, MovedTensor & { readonly dims: readonly number[] }])[] {
  return moved.flatMap((weight, k) => [
    [weights[k]!, weight] as const,
    ...weight.moments.map((moment, j) => [optimizer.moments[j]![k]!, { ...moment, dims: weight.dims }] as const),
  ]);
}

const scalars = (values: Readonly<Record<string, number>>): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, new Tensor('float32', Float32Array.of(value), [])]),
  );

/** Zero where nothing is carried, and for the sequences that are padding. */
const initialStates = (
  { states, size }: OpenSession,
  carried: ReadonlyMap<string, Float32Array>,
): Record<string, Tensor> =>
  Object.fromEntries(
    states.map(({ name, width, initial }) => {
      const values = new Float32Array(size.sequences * width);
      values.set(carried.get(name) ?? []);
      return [initial, new Tensor('float32', values, [size.sequences, width])];
    }),
  );
