import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { fromPortable, type PortableQuestion } from '../../../src/core/bounds/portableQuestion';
import { isAboutNorms, isVacuous } from '../../../src/core/explain/explainedRow';
import { explanationOf } from '../../../src/core/explain/explanation';
import { sequencesText } from '../../../src/core/explain/explanationText';
import type { AnalysisReport, BoundResult } from '../../../src/core/report';
import { rowName } from '../../../src/core/summary';
import { createExplorer, type Explorer } from '../explorer';
import { formatUpper } from '../format';
import { inIdleTime } from '../inIdleTime';
import { Costs } from './Costs';
import { Curve, type Measure } from './Curve';
import { Levers } from './Levers';
import { Reference } from './Reference';

/** What drives a bound, and what would help: the best certified one from weights and training sequences, or another. */
export function Explanation({
  report,
  question: text,
}: {
  readonly report: AnalysisReport;
  readonly question: PortableQuestion | null;
}) {
  const question = useMemo(() => (text === null ? null : fromPortable(text)), [text]);
  const explorer = useMemo(() => question && createExplorer(question), [question]);
  const rows = report.bounds.filter((row) => isAboutNorms(row) && row.value !== null);
  const [name, setName] = useState<string | null>(null);
  const best = rows.find(({ id, p }) => id === report.explanation?.id && p === report.explanation.p);
  const row = rows.find((each) => rowName(each) === name) ?? best;
  const explained = useMemo(() => {
    if (!row || row === best) return report.explanation;
    return question && explanationOf(question, row);
  }, [question, row, best, report.explanation]);
  if (!report.data) return null;
  return (
    <section>
      <h2>What drives the bound, and what would help</h2>
      {!row && <p class="empty">No certified bound has a number that norms, lengths or counts could change.</p>}
      {row && (
        <>
          <p class="explained">
            <label>
              Bound{' '}
              <select value={rowName(row)} onChange={(event) => setName(event.currentTarget.value)}>
                {rows.map((each) => (
                  <option value={rowName(each)}>{rowName(each)}</option>
                ))}
              </select>
            </label>{' '}
            <span>
              {isVacuous(row) ? 'nearly vacuous, ' : ''}at most {formatUpper(row.value)}
              {row === best ? '; the best from weights and training sequences' : ''}
            </span>
          </p>
          <div class="driven">
            <div class="driven-columns">
              {row.costs.length > 0 && (
                <div>
                  <h3>What it is made of</h3>
                  <Costs costs={row.costs} />
                </div>
              )}
              {explained && (
                <div>
                  <h3>What would help</h3>
                  <Levers levers={explained.levers} />
                  <p class="aside">{sequencesText(explained, report.data.trainingSequences)}</p>
                </div>
              )}
            </div>
          </div>
          {explorer && <Curves key={rowName(row)} explorer={explorer} row={row} />}
        </>
      )}
      <Reference reference={report.reference} />
    </section>
  );
}

/** The row as a function of T, m, γ and δ, worked out while nothing else is to be done and somebody looks at it. */
function Curves({ explorer, row }: { readonly explorer: Explorer; readonly row: BoundResult }) {
  const place = useRef<HTMLDivElement>(null);
  const [isSeen, setSeen] = useState(false);
  const [known, setKnown] = useState(0);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setSeen(true));
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!isSeen) return;
    return inIdleTime(
      () => explorer.workOut(row),
      () => setKnown((count) => count + 1),
    );
  }, [isSeen, explorer, row]);
  return (
    <div ref={place}>
      <h3 class="turn">
        With one number turned{' '}
        <span class="aside">
          everything else as it is, empirical losses included
          {measureOf(row) === 'natsPerSequence' && '; below ln 2 nats a sequence a bound without errors is below 0.5'}
        </span>
      </h3>
      <div class="curves">
        {explorer.curves(row).map((curve) => (
          <Curve key={curve.knob} curve={curve} known={known} measure={measureOf(row)} />
        ))}
      </div>
    </div>
  );
}

function measureOf(row: BoundResult): Measure {
  if (!isVacuous(row)) return 'bound';
  return row.nats === null ? 'log10' : 'natsPerSequence';
}
