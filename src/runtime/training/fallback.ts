import type { BatchFeeds } from './batch';
import type { Descent, MovingState } from './descent';

/** A step that the state may not know of yet. */
interface Taken {
  /** What the optimizer counted it as. */
  readonly number: number;
  readonly arguments: readonly [BatchFeeds, number, ReadonlyMap<string, Float32Array>];
}

/** A state is brought up to date after so many steps, or before the batches since then have more numbers than that. */
const mostSteps = 64;
const mostNumbers = 2 ** 24;

/**
 * Takes steps on a device, and from the moment when it fails, `here`: the steps since the state was last brought up to date
 * are taken once more, so that the training goes on where it was.
 *
 * @param failed is told why, once.
 */
export function withFallback(device: Descent, here: Descent, failed: (reason: string) => void): Descent {
  let current = device;
  let taken: Taken[] = [];
  const known = ({ optimizer }: MovingState): void =>
    void (taken = taken.filter(({ number }) => number > optimizer.step));
  const recover = async (state: MovingState, error: unknown): Promise<void> => {
    current = here;
    failed(error instanceof Error ? error.message : String(error));
    known(state);
    for (const step of taken) await here.step(state, ...step.arguments);
    taken = [];
  };
  /** Asks the device, and if that fails, once more here. */
  const tried = async <Result>(state: MovingState, act: (by: Descent) => Promise<Result>): Promise<Result> => {
    if (current === here) return await act(here);
    try {
      return await act(device);
    } catch (error) {
      await recover(state, error);
      return await act(here);
    }
  };
  return {
    async step(state, batch, learningRate, carried) {
      known(state);
      const number = (taken.at(-1)?.number ?? state.optimizer.step) + 1;
      const result = await tried(state, (by) => by.step(state, batch, learningRate, carried));
      const hasMoved = batch.isAnswered && Number.isFinite(result.loss) && Number.isFinite(result.gradientNorm);
      if (current === here || !hasMoved) return result;
      taken.push({ number, arguments: [batch, learningRate, carried] });
      if (taken.length >= mostSteps || numbersOf(taken) > mostNumbers) await tried(state, (by) => by.settle(state));
      return result;
    },
    settle: (state) => tried(state, (by) => by.settle(state)),
    projectAll: (state) => tried(state, (by) => by.projectAll(state)),
  };
}

const numbersOf = (taken: readonly Taken[]): number =>
  taken.reduce(
    (total, { arguments: [{ feeds }] }) => total + Object.values(feeds).reduce((sum, { data }) => sum + data.length, 0),
    0,
  );
