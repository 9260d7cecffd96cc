import type { Assumption, BoundResult } from '../report';
import type { BoundedClass } from './boundedClass';
import { boundedNetwork, cellKind, type BoundedNetwork } from './boundedNetwork';
import { defaultDelta, type BoundQuestion, type BoundSample } from './boundQuestion';
import { dudleyNumber, occamNumber, pacBayesNumber, rademacherNumber, type ClassQuestion } from './classRows';
import { heldOutRow } from './heldOutRow';
import { populationDomain, sampleDomain } from './inputDomain';
import { marginLoss, rampLoss, sequenceCount, withSlack, type Margins } from './margins';
import { printedNumber } from './printedNumbers';
import { inapplicableRow, numberRow, waitingRow, type RowNumber } from './rowAnswer';
import { agreementAssumption, classAssumptions, printedAssumptions } from './rowAssumptions';
import { certifiedRows, rowsOf, type RowHeader } from './rowList';
import { gammaGrid } from './selectionCost';
import { theoremClass } from './theoremClass';

/** Everything the rows share. */
interface Context {
  readonly question: BoundQuestion;
  readonly network: BoundedNetwork | string;
  readonly delta: number;
  /** δ over the number of certified rows. */
  readonly share: number;
  readonly rows: number;
  readonly losses: (kind: 'ramp' | 'margin', margins: Margins) => readonly number[];
}

/**
 * Every theorem answers about one checkpoint: with a number, or with the reason why it has none. The list of rows, and with
 * it each row's share of δ, depends on the cell alone. A certified row has a number only if every assumption is met or
 * assumed.
 */
export function everyBound(question: BoundQuestion): BoundResult[] {
  const headers = rowsOf(cellKind(question.checkpoint.layers[0]?.cellName ?? ''));
  const delta = question.declarations.delta ?? defaultDelta;
  const rows = certifiedRows(headers);
  const network = boundedNetwork(question);
  const context = { question, network, delta, share: delta / rows, rows, losses: losses() };
  return headers.map((header) =>
    header.method === 'heldOut' ? heldOutRow(question, header, context) : classRow(context, header),
  );
}

/** Empirical losses on the grid of γ, computed once for all rows; margins are lowered by the slack of rule R9. */
function losses(): Context['losses'] {
  const known = new Map<string, readonly number[]>();
  return (kind, margins) => {
    const found = known.get(kind);
    if (found) return found;
    const lowered = withSlack(margins);
    const loss = kind === 'ramp' ? rampLoss : marginLoss;
    const computed = gammaGrid.map((gamma) => loss(lowered, gamma));
    known.set(kind, computed);
    return computed;
  };
}

function classRow(context: Context, header: RowHeader): BoundResult {
  const { question, network, delta, share, rows } = context;
  const certified = header.status === 'certified';
  const bare = { header, delta: certified ? share : delta, assumptions: [] };
  if (typeof network === 'string') return inapplicableRow(bare, network);
  const structural = whyInapplicable(header, network, question);
  if (structural !== null) return inapplicableRow(bare, structural);
  const assumptions = certified
    ? classAssumptions(question, theoremClass(network), { delta, rows })
    : [agreementAssumption(question)];
  const waiting = whatItWaitsFor(question.sample);
  if (waiting !== null) {
    return waitingRow({ ...bare, assumptions }, waiting);
  }
  if (agreementAssumption(question).state === 'violated') {
    return waitingRow(
      { ...bare, assumptions },
      'The checkpoint was misread: our reading of its layers does not reproduce the model.',
    );
  }
  return certified
    ? certifiedRow(context, header, theoremClass(network), assumptions)
    : printedRow(context, header, network);
}

/** Why a row can never have a number for this cell and these labels. */
function whyInapplicable(
  header: RowHeader,
  { architecture }: BoundedNetwork,
  { sample, declarations, checkpoint }: BoundQuestion,
): string | null {
  if (header.method === 'printed' && architecture.cap === Infinity) {
    return 'The printed theorem needs a bounded activation, and relu is not.';
  }
  if (header.method === 'printed' && architecture.gateSlope !== 1 / 4) {
    return 'The printed theorem is about logistic gates, and these are hard-sigmoid.';
  }
  const scores = declarations.scores;
  if (scores !== undefined && scores !== checkpoint.readout?.output) {
    return `The scores are declared to be the output ${scores}, but the readout ends in ${checkpoint.readout?.output}.`;
  }
  if (!sample || sample.task === null) return null;
  if (sample.task === 'regression') {
    const row = header.method === 'pacBayes' ? 'Reg-PBM' : header.method === 'occam' ? 'Reg-Occam' : 'Reg-Rad1';
    return `The labels are numbers; the row ${row} will cover regression. If they are classes, declare "task": "classification".`;
  }
  if (sample.withheld !== null) return sample.withheld;
  if (sample.scoreWidth !== architecture.outputs) {
    return `The scores have ${sample.scoreWidth} entries, but the readout has ${architecture.outputs} outputs.`;
  }
  if (header.method === 'dudley' && hasVariableSteps(sample)) {
    return 'The loss is a mean over steps and lengths differ: contraction does not commute with weights 1/T_i.';
  }
  return null;
}

const hasVariableSteps = ({ everyStep, lengths }: BoundSample): boolean =>
  everyStep && lengths !== null && lengths.shortest !== lengths.longest;

function whatItWaitsFor(sample: BoundSample | null): string | null {
  if (!sample) return 'Waits for labelled sequences: choose a data file with inputs and labels.';
  if (sample.task === null) return 'Waits for labels: the data file has none.';
  if (!sample.training) return 'Waits for sequences that trained the checkpoint: all of the data are held out.';
  return null;
}

function printedRow(
  { question, delta, losses: lossesOf }: Context,
  header: RowHeader,
  network: BoundedNetwork,
): BoundResult {
  const sample = question.sample!;
  const domain = sampleDomain(question.checkpoint, sample, [2]);
  const bare = { header, delta, assumptions: [] };
  if (typeof domain === 'string') return waitingRow(bare, domain);
  const training = sample.training!;
  const { number, valid } = printedNumber({
    network,
    domain,
    losses: lossesOf('ramp', training),
    sequences: sequenceCount(training),
    delta,
  });
  const assumptions = printedAssumptions(question, network, { valid, variableSteps: hasVariableSteps(sample) });
  return numberRow({ ...bare, assumptions }, number);
}

const numbers: Readonly<Record<string, (question: ClassQuestion) => RowNumber | string>> = {
  dudley: dudleyNumber,
  rademacher: rademacherNumber,
  occam: occamNumber,
  pacBayes: pacBayesNumber,
};

function certifiedRow(
  { question, share, losses: lossesOf }: Context,
  header: RowHeader,
  bounded: BoundedClass,
  shared: readonly Assumption[],
): BoundResult {
  const sample = question.sample!;
  const p = header.p ?? 2;
  const population = header.method === 'occam' || header.method === 'pacBayes';
  const domain = population
    ? populationDomain(question, bounded.layers[0]!, sample, bounded.inputNorms(p))
    : sampleDomain(question.checkpoint, sample, bounded.inputNorms(p));
  if (typeof domain === 'string') return waitingRow({ header, delta: share, assumptions: shared }, domain);
  const answered = { header, delta: share, assumptions: [...shared, ...domain.assumptions] };
  const failing = answered.assumptions.find(({ state }) => state === 'violated' || state === 'unknown');
  if (failing)
    return waitingRow(
      answered,
      `${failing.state === 'violated' ? 'An assumption does not hold' : 'An assumption could not be checked'}: ${failing.text}`,
    );
  const training = sample.training!;
  const fixed = question.declarations.architectureFixed === true;
  const number = numbers[header.method]!({
    network: bounded,
    p,
    domain,
    losses: lossesOf(population ? 'margin' : 'ramp', training),
    sequences: sequenceCount(training),
    delta: share,
    architectureCost: fixed ? 0 : bounded.architectureCost,
  });
  return typeof number === 'string' ? waitingRow(answered, number) : numberRow(answered, number);
}
