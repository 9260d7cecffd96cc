import { checkpointNetwork } from '../../checkpointNetwork';
import type { Assumption, BoundResult } from '../../report';
import { agreementTolerance } from '../boundQuestion';
import { architectureCost } from '../classes/calculusClass';
import { misread } from '../certifiedRow';
import { sequenceCount } from '../margins/margins';
import type { NearbyRuns } from './nearbyRuns';
import type { Row, RowHeader } from '../row';
import { inapplicableRow, numberRow, waitingRow, type RowNumber } from '../rowAnswer';
import { agreementAssumption, deltaSplit, networkAssumptions } from '../rowAssumptions';
import type { RowContext } from '../rowContext';
import { whatItWaitsFor } from '../whyNoNumber';

/** How much a row about networks near the checkpoint may fail, and what it pays for the choice of cells and widths. */
export interface NearbySetting {
  readonly delta: number;
  readonly architectureCost: number;
}

/** One way from networks near the checkpoint to a number. */
interface NearbyWay<Runs> {
  /** The runs that it needs; null where they were not asked for. */
  readonly runs: (nearby: NearbyRuns) => Runs | null;
  readonly waitsFor: string;
  /** Which network the bound is about, and what is assumed of the draws; without runs, what can be said before. */
  readonly assumptions: (runs: Runs | null) => readonly Assumption[];
  readonly number: (runs: Runs, sequences: number, setting: NearbySetting) => RowNumber;
}

/** A certified row about networks near the checkpoint. */
export const nearbyRow = <Runs>(header: RowHeader, way: NearbyWay<Runs>): Row => ({
  header,
  answer: (context) => answer(context, header, way),
});

/**
 * The answer of such a row: a number only if every assumption is met or assumed. It
 * needs no closeness, and so neither a domain of inputs (theory rule R5) nor a margin: the networks themselves were run.
 */
function answer<Runs>(
  { question, delta, share, rows }: RowContext,
  header: RowHeader,
  way: NearbyWay<Runs>,
): BoundResult {
  const { checkpoint, declarations, sample, reference = null, nearby = null } = question;
  const bare = { header, delta: share, assumptions: [] };
  const found = checkpointNetwork(checkpoint);
  if (typeof found === 'string') return inapplicableRow(bare, found);
  const { scores } = declarations;
  if (scores !== undefined && scores !== checkpoint.readout?.output) {
    const reason = `The scores are declared to be the output ${scores}, but the readout ends in ${checkpoint.readout?.output}.`;
    return inapplicableRow(bare, reason);
  }
  if (typeof sample?.withheld === 'string') return inapplicableRow(bare, sample.withheld);
  const layers = found.layers.map((k) => checkpoint.layers[k]!);
  const shared = networkAssumptions(question, layers, reference?.file ?? null);
  const runs = nearby === null || typeof nearby === 'string' ? null : way.runs(nearby);
  const own = [...way.assumptions(runs), deltaSplit(delta, rows)];
  const answered = { ...bare, assumptions: [...shared, ...own] };
  const waiting = whatItWaitsFor(sample);
  if (waiting !== null) return waitingRow(answered, waiting);
  if (agreementAssumption(question).state === 'violated') return waitingRow(answered, misread);
  const before = failing(answered.assumptions);
  if (before !== null) return waitingRow(answered, before);
  if (typeof nearby === 'string') return inapplicableRow(answered, nearby);
  if (nearby === null || runs === null) return waitingRow(answered, way.waitsFor);
  const run = { ...bare, assumptions: [...shared, sameNetwork(nearby), ...own] };
  const after = failing(run.assumptions);
  if (after !== null) return waitingRow(run, after);
  const cost = declarations.architectureFixed === true ? 0 : architectureCost({ layers, readout: checkpoint.readout });
  return numberRow(run, way.number(runs, sequenceCount(sample!.training!), { delta: share, architectureCost: cost }));
}

/** That what was run is the checkpoint's own network, but for its weights. */
function sameNetwork({ scoreError }: NearbyRuns): Assumption {
  const text =
    'The network that was run with other weights is the model: with its own weights it gives the model’s scores';
  return scoreError <= agreementTolerance
    ? { text: `${text}, to ${scoreError.toExponential(1)} (relative).`, state: 'met' }
    : { text: `${text}; but they differ by ${scoreError.toExponential(1)} (relative).`, state: 'violated' };
}

function failing(assumptions: readonly Assumption[]): string | null {
  const found = assumptions.find(({ state }) => state === 'violated' || state === 'unknown');
  if (!found) return null;
  const what = found.state === 'violated' ? 'An assumption does not hold' : 'An assumption could not be checked';
  return `${what}: ${found.text}`;
}
