import { seededRandom } from '../../src/core/linalg/seededRandom';
import type { Declarations } from '../../src/core/declarations';
import { candidate, type Architecture, type Loss } from './candidate';
import { bank, bestOnSample, moved, worstOfAll } from './choose';
import { declared } from './distributions';
import type { Population } from './population';
import type { Setting } from './simulate';

/** A setting that is made when its turn comes, and how many samples are drawn in it. */
export interface Planned {
  readonly name: string;
  readonly runs: number;
  readonly make: () => Promise<Setting>;
}

export const planned = (name: string, runs: number, make: () => Promise<Omit<Setting, 'name'>>): Planned => ({
  ...{ name, runs },
  make: async () => ({ name, ...(await make()) }),
});

export interface Choice {
  readonly name: string;
  readonly own: Architecture;
  readonly from: Population;
  readonly training: number;
  readonly candidates: number;
  /** The deviation of each weight, from zero or from the reference. */
  readonly scale: number;
  /** By the loss on the sample; or, knowing the true risk, the one for which a bound fails first. */
  readonly by: 'sample' | 'risk';
  readonly loss: Loss;
  /** @default everything that is true of the distribution */
  readonly declarations?: Declarations;
  /** Whether all are close to one network, from which radii and priors are measured. @default false */
  readonly centred?: boolean;
  /** @default 1,000 */
  readonly runs?: number;
}

/** One of many random networks. */
export function selected(choice: Choice): Planned {
  const { name, own, from, training, candidates, scale, by, loss, declarations, centred, runs = 1000 } = choice;
  return planned(name, runs, async () => {
    const origin = centred ? await candidate(own, moved(own, 1, seededRandom(99), null), from) : null;
    const all = await bank(own, from, { size: candidates, scale, origin: origin?.weights ?? null });
    const which = by === 'sample' ? 'the best on the sample' : 'the worst, knowing the true risk,';
    return {
      ...{ training, origin, population: from, heldOut: 200, description: `${which} of ${candidates} networks` },
      declarations: declarations ?? declared(from),
      choose: (by === 'sample' ? bestOnSample : worstOfAll)(all, from, loss),
    };
  });
}
