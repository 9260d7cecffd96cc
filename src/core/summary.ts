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
export function summary({ bounds, data }: AnalysisReport): string {
  if (data && bounds.length === 0) return 'No bound is given: the checkpoint was misread, as the notes say.';
  const best = bestCertified(bounds);
  if (!best || !data) {
    return data
      ? 'No certified bound applies to this checkpoint and these data; each row says why.'
      : 'No bound has a number yet: choose labelled sequences to get one.';
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
    ...(residual ? ['what it reads is added to what it hands on'] : []),
  ];
  return `${inputSize} → ${hiddenSize}${parts.length === 0 ? '' : ` (${parts.join('; ')})`}`;
}

/** Three significant digits, the last one rounded up. */
const percentUp = (share: number): string => String(roundedUp(100 * share, 3));
