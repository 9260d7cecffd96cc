import { seedOnce, waitsForNoise } from './gibbsRow';
import type { DrawnNetwork, NoiseRuns } from './nearbyRuns';
import { nearbyRow, type NearbySetting } from './nearbyRow';
import { pacBayesCost } from '../methods/pacBayesMajorant';
import { bestPriorScale } from './priorScale';
import { gridCost } from '../numbers/radiusGrid';
import { reportedName } from '../classes/reportedName';
import type { Row, RowHeader } from '../row';
import type { RowNumber } from '../rowAnswer';
import { blockLogRatio, rivasplata, type DrawnBlock } from './stochasticNetworks';

const header: RowHeader = {
  id: 'Rivasplata',
  status: 'certified',
  p: null,
  about: 'noised',
  source:
    'disintegrated PAC-Bayes (Rivasplata, Kuzborskij, Szepesvári & Shawe-Taylor 2020): about one network, drawn from Gaussians around the checkpoint',
};

/** About one network that was drawn around the checkpoint. */
export const rivasplataRow: Row = nearbyRow(header, {
  runs: ({ noise }) => noise,
  waitsFor: waitsForNoise,
  assumptions: (noise) => [
    {
      text: 'The bound is about one network near the checkpoint, the noised one, with weights in float32; it can be saved. It is no bound for the checkpoint itself.',
      state: 'met',
    },
    ...(noise === null ? [] : [looksPaid(noise)]),
    seedOnce,
  ],
  number: rivasplataNumber,
});

const looksPaid = ({ looks }: NoiseRuns) =>
  ({
    text: `The scales of the noise were frozen before the draws; ${looks} draws were looked at and the best was kept, which is paid for with ln ${looks}.`,
    state: 'met',
  }) as const;

/** The Rivasplata row (theory section 5) of the draw that was kept; the scales of its priors are the best of the grid. */
export function rivasplataNumber(
  runs: NoiseRuns,
  sequences: number,
  { delta, architectureCost }: NearbySetting,
): RowNumber {
  const { loss } = runs.kept;
  const blocks = drawnBlocks(runs.blocks, runs.kept);
  const priors = blocks.length * gridCost;
  const looks = Math.log(runs.looks);
  const lambda = priors + looks + architectureCost;
  const { logRatio, bound } = rivasplata(blocks, loss, { sequences, delta, lambda });
  const confidence = pacBayesCost(sequences, delta);
  return {
    bound,
    log10: Math.log10(bound),
    gamma: null,
    lambda,
    nats: logRatio + confidence + lambda,
    terms: [
      ['loss of the noised network', loss],
      ['ln(q/p)', logRatio],
      ['ln(2√m/δ)', confidence],
      ['draws looked at', runs.looks],
      ['m, training sequences', sequences],
    ],
    costs: [
      ...blocks.map((block, k) => [reportedName(runs.blocks[k]!.name), blockLogRatio(block)] as const),
      ['Λ: the scales of the priors', priors],
      ['Λ: the draws looked at', looks],
      ...(architectureCost > 0 ? [['Λ: the architecture', architectureCost] as const] : []),
      ['ln(2√m/δ)', confidence],
    ],
  };
}

/** The prior may be chosen after the draw: the bound holds for all of the grid at once, which is paid for. */
export const drawnBlocks = (blocks: NoiseRuns['blocks'], drawn: Pick<DrawnNetwork, 'blocks'>): readonly DrawnBlock[] =>
  blocks.map(({ parameters, sigma }, k) => {
    const { squaredDistance, squaredNoise } = drawn.blocks[k]!;
    const priorScale = bestPriorScale(parameters, squaredDistance).radius;
    return { parameters, sigma, priorScale, squaredDistance, squaredNoise };
  });
