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
  const waiting = state.kind === 'analyzing';
  return (
    <>
      <Header state={state} />
      <Situation state={state} />
      {!report && waiting && <Skeleton />}
      {report && (
        <>
          {!waiting && <Summary report={report} />}
          <Layers layers={report.layers} />
          <Gates report={report} waiting={waiting} />
          <Readout readout={report.readout} />
          <Data report={report} waiting={waiting} />
          <Bounds bounds={report.bounds} waiting={waiting} />
          <Agreement agreement={report.agreement} />
          <Notes notes={report.notes} />
        </>
      )}
    </>
  );
}
