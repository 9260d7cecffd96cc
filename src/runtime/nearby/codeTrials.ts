import { blockNats } from '../../core/bounds/nearby/compression';
import type { QuantisedRun } from '../../core/bounds/nearby/nearbyRuns';
import { multipliers, scalesFor, type ScaledBlock } from '../../core/bounds/nearby/noiseScales';
import { numbersOfSymbols, quantised, symbolsNeeded } from '../../core/bounds/nearby/quantisation';
import { gridPoint } from '../../core/bounds/numbers/radiusGrid';
import { searchedScales } from '../../core/bounds/nearby/searchedScales';
import { searchPrice } from './searchPrice';
import type { SearchedNetwork } from './trialNetwork';
import type { Trials } from './trialSetup';

/** What a search takes for ln(1/δ); it only steers the search. */
const typicalConfidence = 6;

export interface CodeTrials {
  readonly run: QuantisedRun;
  /** The quantised network in float32, in the order of the blocks. */
  readonly kept: readonly Float32Array[];
  /** How many bits the symbols of any block need without a code. */
  readonly bits: number;
}

/**
 * Searches a network with a short code (theory section 5): a step for every block, on the grid, and for each step the fewest
 * symbols that reach all of its numbers. Rounding to steps of s is noise of variance s²/12, so the search begins where that of
 * the noise does.
 */
export async function codeTrials(
  { setup: { blocks }, sequences }: SearchedNetwork,
  scaled: readonly ScaledBlock[],
  squaredMargin: number,
  trials: Trials,
  progress: (phase: string) => void,
): Promise<CodeTrials> {
  const coded = (steps: readonly number[]) =>
    blocks.map(({ values, start }, k) => {
      const step = nearestOnGrid(steps[k]!);
      return { step, ...quantised(values, start, step, symbolsNeeded(values, start, step)) };
    });
  const lossOf = async (codes: ReturnType<typeof coded>): Promise<number> =>
    (await trials.run({ kind: 'given', weights: codes.map(({ values }) => values) })).loss;
  let searched = 0;
  const steps = await searchedScales(
    multipliers(scaled, squaredMargin).map((lambda) => scalesFor(scaled, lambda).map((scale) => scale * Math.sqrt(12))),
    async (candidate) => {
      const codes = coded(candidate);
      const loss = await lossOf(codes);
      progress(`Quantised networks: ${++searched}`);
      const choices = blocks.length * Math.log(numbersOfSymbols.length) + typicalConfidence;
      const nats = codes.reduce((total, { counts }) => total + blockNats(counts), choices);
      return searchPrice(loss, nats, sequences);
    },
  );
  const codes = coded(steps);
  return {
    run: {
      loss: await lossOf(codes),
      blocks: codes.map(({ step, counts }, k) => ({ name: blocks[k]!.name, step, counts })),
    },
    kept: codes.map(({ values }) => values),
    bits: Math.max(1, ...codes.map(({ counts }) => Math.ceil(Math.log2(counts.length)))),
  };
}

/** The nearest point of the grid of scales, in the logarithm. */
const nearestOnGrid = (step: number): number =>
  gridPoint(Math.max(-160, Math.min(160, Math.round(8 * Math.log2(step))))).radius;
