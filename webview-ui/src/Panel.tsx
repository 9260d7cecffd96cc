import type { PanelState } from '../../src/protocol/panelApi';
import { Agreement } from './views/Agreement';
import { Bounds } from './views/Bounds';
import { Data } from './views/Data';
import { Gates } from './views/Gates';
import { Header } from './views/Header';
import { Layers } from './views/Layers';
import { Notes } from './views/Notes';
import { Readout } from './views/Readout';
import { Situation } from './views/Situation';
import { Skeleton } from './views/Skeleton';
import { Summary } from './views/Summary';

/** The whole panel, from its whole state. */
export function Panel({ state }: { readonly state: PanelState }) {
  const { report } = state;
  const unfinished = whyUnfinished(state);
  return (
    <>
      <Header state={state} />
      <Situation state={state} />
      {!report && state.kind === 'analyzing' && <Skeleton />}
      {report && (
        <>
          {!unfinished && <Summary report={report} />}
          <Layers layers={report.layers} />
          <Gates report={report} unfinished={unfinished} />
          <Readout readout={report.readout} />
          <Data report={report} unfinished={unfinished} />
          <Bounds bounds={unfinished ? [] : report.bounds} unfinished={unfinished} />
          <Agreement agreement={report.agreement} />
          <Notes notes={report.notes} />
        </>
      )}
    </>
  );
}

/** What stands where a part of the report is not there yet; null when the report is complete. */
function whyUnfinished(state: PanelState): string | null {
  if (state.kind === 'analyzing') return 'Waiting for the model to run.';
  return state.kind === 'failed' && !state.complete ? 'The analysis did not get this far.' : null;
}
