import type { AnalysisReport, DataReport, RegressionErrors, RegressionReport } from '../../../src/core/report';
import { formatCount, formatNumber, formatShare } from '../format';
import { Margins } from './Margins';

/** The user's sequences, and how far the scores are from a mistake, or from numeric labels, on them. */
export function Data({ report, missing }: { readonly report: AnalysisReport; readonly missing: string | null }) {
  const { data, margins } = report;
  return (
    <section>
      <h2>{data?.regression ? 'Sequences and distances from the labels' : 'Sequences and margins'}</h2>
      {!data && (
        <p class="empty">
          {missing ?? 'No sequences. Choose Data… names a .npz, .csv or .jsonl file for this checkpoint.'}
        </p>
      )}
      {data && (
        <dl class="facts-list">
          {facts(data).map(([term, value]) => (
            <div>
              <dt>{term}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {margins && <Margins margins={margins} />}
    </section>
  );
}

function facts(data: DataReport): [string, string][] {
  const lengths = data.minLength === data.maxLength ? `${data.maxLength}` : `${data.minLength} to ${data.maxLength}`;
  const facts: [string, string][] = [
    ['Sequences', formatCount(data.sequences)],
    ['Training part', formatCount(data.trainingSequences)],
    ['Held-out part', formatCount(data.heldOutSequences)],
    ['Length', lengths],
  ];
  if (data.task) facts.push(['Task', data.classes ? `${data.task}, ${data.classes} classes` : data.task]);
  if (data.inputNorm) {
    facts.push(['Largest ‖x‖₂', formatNumber(data.inputNorm.two)], ['Largest ‖x‖∞', formatNumber(data.inputNorm.inf)]);
  }
  if (data.regression) facts.push(...regressionFacts(data.regression));
  if (data.trainingError !== null) facts.push(['Training error', formatShare(data.trainingError)]);
  if (data.heldOutError !== null) facts.push(['Held-out error', formatShare(data.heldOutError)]);
  return facts;
}

function regressionFacts({
  loss,
  scale,
  scaleDeclared,
  outputs,
  labelSpread,
  ...parts
}: RegressionReport): [string, string][] {
  const distance = outputs === 1 ? 'absolute error' : '‖y − z‖₂';
  const means = (name: string, errors: RegressionErrors | null): [string, string][] =>
    errors === null
      ? []
      : [
          [`Mean ${distance}, ${name}`, formatNumber(errors.absolute)],
          [`Mean squared, ${name}`, formatNumber(errors.squared)],
        ];
  return [
    ...means('training', parts.training),
    ...means('held-out', parts.heldOut),
    ['Spread of the labels', formatNumber(labelSpread)],
    ['Loss', `min(1, ${loss === 'absolute' ? '‖y − z‖/a' : '‖y − z‖²/a²'})`],
    ['Scale a', `${formatNumber(scale)}, ${scaleDeclared ? 'declared' : 'from the spread'}`],
  ];
}
