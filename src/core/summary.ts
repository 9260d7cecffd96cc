import type { AnalysisReport, BoundResult, LayerReport } from './report';
import { roundedUp } from './roundedUp';

/** The certified row with the smallest value; null when no certified row has a number. */
export function bestCertified(bounds: readonly BoundResult[]): (BoundResult & { value: number }) | null {
  let best: (BoundResult & { value: number }) | null = null;
  for (const row of bounds) {
    if (row.status !== 'certified' || row.value === null) continue;
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
  const best = bestCertified(bounds);
  if (!best || !data) {
    if (data) return 'No certified bound applies to this checkpoint and these data; each row says why.';
    return waitsForData(report) ? 'No bound has a number yet: choose labelled sequences to get one.' : withoutScores;
  }
  if (best.value >= 1) return 'Every certified bound is vacuous here: none is below 100 %.';
  if (percentUp(best.value) === '100') return 'Every certified bound is all but vacuous here: none is below 99.9 %.';
  const heldOut = best.id === 'held-out';
  const count = (heldOut ? data.heldOutSequences : data.trainingSequences).toLocaleString('en-US');
  const confidence = Number((100 * (1 - data.delta)).toPrecision(6));
  return (
    `With probability ${confidence} % over the draw of the ${count} ${heldOut ? 'held-out' : 'training'} sequences, ` +
    `the error on a new sequence is at most ${percentUp(best.value)} % (${rowName(best)}).`
  );
}

/** Whether labelled sequences can give a certified row its number: not where no scores are known to be compared with labels. */
export const waitsForData = ({ bounds, data, readout }: AnalysisReport): boolean =>
  !data && (readout !== null || bounds.some(({ status, value }) => status === 'certified' && value === null));

const withoutScores =
  'No bound can be given: no scores were found behind the layers, so there is no error to bound. ' +
  'Sequences give the statistics of the gates.';

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

/** Three significant digits, the last one rounded up. */
const percentUp = (share: number): string => String(roundedUp(100 * share, 3));
