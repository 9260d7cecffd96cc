import type { AnalysisReport, BoundResult, DataReport, LayerReport } from './report';
import { percentUp, rowStatement } from './rowStatement';

type Numbered = BoundResult & { value: number };

/**
 * The certified row about the checkpoint itself with the smallest value; null when none has a number. Of a regression it is one
 * about the mean loss: how often a prediction is far off is another question.
 */
export const bestCertified = (bounds: readonly BoundResult[]): Numbered | null =>
  smallest(bounds, ({ quantity, about }) => quantity?.kind !== 'exceedance' && about === undefined);

/** The certified row about a network near the checkpoint with the smallest value; null when none has a number. */
export const bestNearby = (bounds: readonly BoundResult[]): Numbered | null =>
  smallest(bounds, ({ about }) => about !== undefined);

function smallest(bounds: readonly BoundResult[], isMeant: (row: BoundResult) => boolean): Numbered | null {
  let best: Numbered | null = null;
  for (const row of bounds) {
    if (row.status !== 'certified' || row.value === null || !isMeant(row)) continue;
    if (best === null || row.value < best.value) best = { ...row, value: row.value };
  }
  return best;
}

/**
 * The report in one honest sentence. Percentages are rounded up, so that the sentence never promises more than the row;
 * δ is the whole δ, because choosing the best row is a claim about all of them (theory rule R3).
 */
export function summary(report: AnalysisReport): string {
  const { bounds, data } = report;
  if (data && bounds.length === 0) return 'No bound is given: the checkpoint was misread, as the notes say.';
  const own = bestCertified(bounds);
  const near = bestNearby(bounds);
  const best = own && near ? (near.value < own.value ? near : own) : (own ?? near);
  if (!best || !data) {
    if (data) return 'No certified bound applies to this checkpoint and these data; each row says why.';
    return waitsForData(report) ? 'No bound has a number yet: choose labelled sequences to get one.' : withoutScores;
  }
  const oftenOff = smallest(bounds, ({ quantity }) => quantity?.kind === 'exceedance');
  const said = [own, best === near ? near : null, oftenOff].filter(
    (row): row is Numbered => row !== null && percentUp(row.value) !== '100',
  );
  if (said.length === 0) {
    return best.value >= 1
      ? 'Every certified bound is vacuous here: none is below 100 %.'
      : 'Every certified bound is all but vacuous here: none is below 99.9 %.';
  }
  const confidence = Number((100 * (1 - data.delta)).toPrecision(6));
  const claims = said.map((row) => rowStatement(row, rowName(row))).join(', and ');
  const noise = said.some(({ about }) => about === 'stochastic' || about === 'noised') ? ' and of the noise' : '';
  return `With probability ${confidence} % over the draw of the ${sequencesOf(said, data)}${noise}, ${claims}.`;
}

/** "8,000 training sequences": those that all of the rows are about. */
function sequencesOf(rows: readonly Numbered[], data: DataReport): string {
  const areHeldOut = new Set(rows.map(({ id }) => id.startsWith('held-out')));
  const [count, which] =
    areHeldOut.size > 1
      ? [data.sequences, '']
      : areHeldOut.has(true)
        ? [data.heldOutSequences, 'held-out ']
        : [data.trainingSequences, 'training '];
  return `${count.toLocaleString('en-US')} ${which}sequences`;
}

/** Whether labelled sequences can give a certified row its number: not where no scores are known to be compared with labels. */
export const waitsForData = ({ bounds, data, readout }: AnalysisReport): boolean =>
  !data && (readout !== null || bounds.some(({ status, value }) => status === 'certified' && value === null));

const withoutScores =
  'No bound can be given: no scores were found behind the layers, so there is no error to bound. ' +
  'Sequences give the statistics of the gates.';

/** What the values of the rows are bounds on. */
export const boundsHeading = ({ data }: Pick<AnalysisReport, 'data'>): string =>
  data?.regression
    ? `Bounds on new sequences: the mean loss as a share of ${data.regression.loss === 'absolute' ? 'a' : 'a²'}, and how often a prediction is off by more than a = ${Number(data.regression.scale.toPrecision(6))}`
    : 'Bounds on the error of a new sequence';

/** "T2-Occam, ∞-norm": one id and one p is one row. */
export function rowName({ id, p }: Pick<BoundResult, 'id' | 'p'>): string {
  return p === null ? id : `${id}, ${p === 'inf' ? '∞' : p}-norm`;
}

/** "3 → 8", and how wide the steps are where that is something else: "3 → 16 (a step reads 192 numbers and hands on 1024)". */
export function sizesOf({ inputSize, hiddenSize, inputWidth, outputWidth, residual }: LayerReport): string {
  const parts = [
    ...(inputWidth === inputSize && outputWidth === hiddenSize
      ? []
      : [`a step reads ${inputWidth} numbers and hands on ${outputWidth}`]),
    ...(residual
      ? [`${inputWidth === outputWidth ? '' : 'a part of '}what it reads is added to what it hands on`]
      : []),
  ];
  return `${inputSize} → ${hiddenSize}${parts.length === 0 ? '' : ` (${parts.join('; ')})`}`;
}

/** "unbounded: s, r", or null where every state has a bound or the cell is withheld. */
export function growthOf({ stateBound }: LayerReport): string | null {
  if (!stateBound || stateBound.unbounded.length === 0) return null;
  return `unbounded: ${stateBound.unbounded.join(', ')}`;
}
