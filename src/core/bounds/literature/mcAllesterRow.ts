import { boundedNetwork, type BoundedNetwork } from '../classes/boundedNetwork';
import type { BoundQuestion } from '../boundQuestion';
import { classRow } from '../certifiedRow';
import type { LossAtGamma } from '../methods/bestGamma';
import { countParameters } from '../methods/coveringNumber';
import { sequenceCount } from '../margins/margins';
import { commonNoise, logMcAllester, scaleCost, type CommonNoise } from './mcAllester';
import { classCost, classCosts, inputFacts, totalOf, type ClassSetting } from '../classes/preparedClass';
import { normSlack } from '../numbers/radiusGrid';
import { restsOn } from './published';
import type { RowNumber } from '../rowAnswer';
import type { RowFamily, RowHeader } from '../row';
import { gammaCost, gammaGrid } from '../classes/selectionCost';
import { whyInapplicable } from '../whyNoNumber';

/** T3b-McAllester (theory 2.2), for every cell that a one-layer theorem is about. */
export const mcAllesterRows: RowFamily = ({ cell }) => {
  if (cell === null) return [];
  const header: RowHeader = {
    id: 'T3b-McAllester',
    status: 'certified',
    p: 2,
    source:
      'PAC-Bayes with McAllester’s bound, Neyshabur, Bhojanapalli & Srebro 2018, Lemma 1, one noise for all blocks',
  };
  return [
    {
      header,
      answer: (context) => {
        const row = classRow(context, header, context.theorem(), {
          isAboutPopulation: true,
          whyInapplicable: (outputs, question) => whyInapplicable('pacBayes', outputs, question),
          sequences: ({ training }) => training && sequenceCount(training),
          number: (setting, { training }) =>
            mcAllesterNumber(context.question, context.network(), setting, context.losses('margin', training!)),
        });
        return restsOn('Lemma 1 of Neyshabur, Bhojanapalli & Srebro 2018', row);
      },
    },
  ];
};

function mcAllesterNumber(
  question: BoundQuestion,
  network: BoundedNetwork | string,
  setting: ClassSetting,
  losses: LossAtGamma,
): RowNumber | string {
  if (typeof network === 'string') return network;
  const { architecture, blocks } = network;
  const { domain, sequences, delta } = setting;
  if (sequences < 2) return 'The formula divides by m − 1 and needs at least two sequences.';
  const distances = question.reference ? boundedNetwork({ ...question, ...question.reference.distance }) : network;
  if (typeof distances === 'string') return distances;
  const noise = commonNoise({
    setting: { architecture, p: 2, steps: domain.steps, logInput: Math.log(domain.inputNorm[2]!) },
    blocks: blocks.map((block, k) => ({
      ...block,
      norm: block.two * normSlack,
      distance: distances.blocks[k]!.frobenius * normSlack,
    })),
  });
  const otherCosts = classCost(setting, 0, 0);
  const best = bestNoise(losses, noise, (marginLoss, found) =>
    logMcAllester(found, { marginLoss, sequences, delta, otherCosts }),
  );
  if (best === null) return 'No noise moves the scores, so the scale of the noise has no largest value.';
  const { gamma, marginLoss, logRaw, k, logDivergence } = best;
  const costs = [
    ['KL', Math.exp(logDivergence)],
    ...classCosts(setting, 0, 1),
    ['Λ: the scale of the noise', scaleCost(k)],
    ['ln(6m/δ)', Math.log((6 * sequences) / delta)],
  ] as const;
  const nats = totalOf(costs);
  return {
    bound: Math.exp(logRaw),
    log10: logRaw / Math.LN10,
    gamma,
    lambda: otherCosts + gammaCost + scaleCost(k),
    nats,
    terms: [
      ['empirical margin loss at γ', marginLoss],
      ['log10 KL, distance of the posterior from the prior', logDivergence / Math.LN10],
      ['log10 σ, the one noise of all blocks', ((k / 8) * Math.LN2) / Math.LN10],
      ['price of σ', scaleCost(k)],
      ['ln(6m/δ)', Math.log((6 * sequences) / delta)],
      ['m, sequences', sequences],
      ['P, parameters (two biases of a gate count once)', countParameters(blocks)],
      ...inputFacts(domain),
      ['T, longest sequence', domain.steps],
    ],
    // Beyond the largest double there is only a logarithm.
    costs: Number.isFinite(nats) ? costs : [],
  };
}

interface NoiseAtGamma extends CommonNoise {
  readonly gamma: number;
  readonly marginLoss: number;
  readonly logRaw: number;
}

/**
 * The γ of the grid with the smallest bound; of equal losses only the largest γ is tried. The divergence falls as γ grows, so
 * a γ cannot be best whose loss gives no smaller bound with the divergence of the next larger γ known and the cheapest scale.
 * Every eighth is tried first.
 */
function bestNoise(
  losses: LossAtGamma,
  noiseAt: (gamma: number, near?: number) => CommonNoise | null,
  logBound: (marginLoss: number, noise: CommonNoise) => number,
): NoiseAtGamma | null {
  const candidates = gammaGrid.flatMap((gamma, j) =>
    losses[j + 1] === losses[j] ? [] : [{ gamma, loss: losses[j]! }],
  );
  const known = new Map<number, CommonNoise>();
  let best: NoiseAtGamma | null = null;
  const larger = (place: number): number | undefined => {
    for (let j = place; j < candidates.length; j++) if (known.has(j)) return j;
    return undefined;
  };
  for (const stride of [8, 1]) {
    for (let j = candidates.length - 1; j >= 0; j -= stride) {
      if (known.has(j)) continue;
      const { gamma, loss } = candidates[j]!;
      const above = larger(j);
      const nearest = above === undefined ? undefined : known.get(above)!;
      if (best && nearest && logBound(loss, { ...nearest, k: 0 }) >= best.logRaw) continue;
      const octaves = above === undefined ? 0 : Math.log2(gamma / candidates[above]!.gamma);
      const noise = noiseAt(gamma, nearest && nearest.k + Math.round(8 * octaves));
      if (noise === null) return null;
      known.set(j, noise);
      const logRaw = logBound(loss, noise);
      if (best === null || logRaw < best.logRaw) best = { ...noise, gamma, marginLoss: loss, logRaw };
    }
  }
  return best;
}
