import type { BoundQuestion } from '../../src/core/bounds/boundQuestion';
import { everyBound } from '../../src/core/bounds/everyBound';
import { tabulated } from '../../src/core/bounds/margins/lossesOnGrid';
import type { Margins } from '../../src/core/bounds/margins/margins';
import type { Network } from '../../src/core/cells/network';
import type { Declarations } from '../../src/core/declarations';
import { seededRandom, type SeededRandom } from '../../src/core/linalg/seededRandom';
import type { BoundResult } from '../../src/core/report';
import { losses, reference, type Candidate, type Loss } from './candidate';
import { draw, expectation, type Population } from './population';
import { nearbyNetworks } from './nearbyNetworks';
import { question } from './question';
import { tally, type RowTally } from './tally';

/** One way to get networks from samples of one distribution. */
export interface Setting {
  readonly name: string;
  /** For the table: the network, the distribution, and how a network is chosen. */
  readonly description: string;
  readonly population: Population;
  /** Sequences that the network may be chosen by, and those that it may not. */
  readonly training: number;
  readonly heldOut: number;
  /** What is declared; it has to be true. */
  readonly declarations: Declarations;
  /** The network that radii and priors are measured from, fixed before any sample is drawn. */
  readonly origin: Candidate | null;
  /** The network that a sample leads to. It may do what it likes, and even know the true risk. */
  /** The network whose neighbours are run as well, with noise and quantised: it takes a second a run. @default none */
  readonly nearby?: Network;
  readonly choose: (training: Int32Array, random: SeededRandom) => Candidate | Promise<Candidate>;
}

/** Wrong theories, which the simulation has to catch. */
export type Mistake =
  /** Every row believes that there are so many times more sequences. */
  | { readonly kind: 'sequences'; readonly times: number }
  /** The held-out row is given the sequences that the network was chosen by. */
  | { readonly kind: 'no held-out part' };

/** Draws samples, chooses a network by each, and compares every certified row with its true risk. */
export async function simulate(
  setting: Setting,
  runs: number,
  mistake: Mistake | null = null,
  bounds: (question: BoundQuestion) => ReturnType<typeof everyBound> = everyBound,
): Promise<readonly RowTally[]> {
  const { population, declarations, origin } = setting;
  const counts = tally();
  for (let run = 0; run < runs; run++) {
    const random = seededRandom(run);
    const training = draw(population, setting.training, random);
    const heldOut = draw(population, setting.heldOut, random);
    const chosen = await setting.choose(training, random);
    const asked = question(chosen, {
      ...{ population, training, declarations },
      heldOut: mistake?.kind === 'no held-out part' ? training : heldOut,
      reference: origin && (await reference(chosen, origin)),
    });
    const nearby = setting.nearby && (await nearbyNetworks(setting.nearby, chosen, population, training, random));
    const riskOf = (row: BoundResult): number =>
      row.about && nearby
        ? nearby.risks[row.about]
        : expectation(population, losses(chosen, population, row.quantity ?? error));
    for (const row of bounds({
      ...(mistake?.kind === 'sequences' ? exaggerated(asked, mistake.times) : asked),
      nearby: nearby?.runs ?? null,
    })) {
      counts.add(row, riskOf(row));
    }
  }
  return counts.rows();
}

/** What rows are about that do not say otherwise: a new answer is wrong. */
const error: Loss = { margin: 0 };

function exaggerated(asked: BoundQuestion, times: number): BoundQuestion {
  const more = (margins: Margins | null): Margins | null => {
    if (!margins) return null;
    const { table, ...rest } = tabulated(margins);
    return { ...rest, table: { ...table, sequences: times * table.sequences } };
  };
  const { training, heldOut } = asked.sample!;
  return { ...asked, sample: { ...asked.sample!, training: more(training), heldOut: more(heldOut) } };
}
