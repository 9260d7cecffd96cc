import { useMemo } from 'preact/hooks';
import type { PanelState } from '../../src/protocol/panelApi';
import type { PanelTraining } from '../../src/protocol/panelTraining';
import { Agreement } from './views/Agreement';
import { Bounds } from './views/Bounds';
import { Data } from './views/Data';
import { Explanation } from './views/Explanation';
import { Gates } from './views/Gates';
import { Header } from './views/Header';
import { Layers } from './views/Layers';
import { Notes } from './views/Notes';
import { Readout } from './views/Readout';
import { Situation } from './views/Situation';
import { Skeleton } from './views/Skeleton';
import { Summary } from './views/Summary';
import { Training } from './views/Training';

/** The whole panel, from its whole state. A training that goes on leaves the large rest of it alone. */
export function Panel({ state, training }: { readonly state: PanelState; readonly training: PanelTraining }) {
  const complete = state.kind === 'ready' || (state.kind === 'failed' && state.complete);
  const last = training.runs.at(-1);
  const analysis = useMemo(() => <Analysis state={state} complete={complete} />, [state, complete]);
  return (
    <>
      <Header state={state} complete={complete} />
      <Situation state={state} />
      {last && <Training training={training} last={last} />}
      {analysis}
    </>
  );
}

function Analysis({ state, complete }: { readonly state: PanelState; readonly complete: boolean }) {
  const { report } = state;
  const missing = whyMissing(state, complete);
  return (
    <>
      {!report && state.kind === 'analyzing' && <Skeleton />}
      {report && (
        <>
          {!missing && <Summary report={report} />}
          <Layers layers={report.layers} />
          <Gates report={report} missing={missing} />
          <Readout readout={report.readout} />
          <Data report={report} missing={missing} />
          <Bounds bounds={complete ? report.bounds : []} missing={missing} />
          {complete && <Explanation report={report} question={'question' in state ? state.question : null} />}
          <Agreement agreement={report.agreement} />
          <Notes notes={report.notes} />
        </>
      )}
    </>
  );
}

/** What stands where a part of the report is missing for a reason that the report itself does not know; else null. */
function whyMissing(state: PanelState, complete: boolean): string | null {
  if (state.kind === 'analyzing') return 'Waiting for the model to run.';
  if (!complete) return 'The analysis did not get this far.';
  return state.trusted ? null : 'The model is not run in a workspace that is not trusted.';
}
