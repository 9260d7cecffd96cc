import type { PanelState } from '../../../src/protocol/panelApi';
import '../elements';
import { extension } from '../extension';

/** What is going on: an analysis that runs, one that ended early, a workspace that is not trusted. */
export function Situation({ state }: { readonly state: PanelState }) {
  return (
    <>
      {state.kind === 'analyzing' && (
        <div class="situation running">
          <p aria-hidden="true">{state.phase}…</p>
          <vscode-button secondary onClick={() => extension.tell('cancel')}>
            Cancel
          </vscode-button>
          <vscode-progress-bar indeterminate aria-label="Analyzing" />
        </div>
      )}
      {/* Read out when it changes; a moving count would be read out without end. */}
      <p class="unseen" role="status">
        {state.kind === 'analyzing'
          ? state.phase.replace(/ \(.*\)$/, '')
          : state.kind === 'ready'
            ? 'The report is complete.'
            : ''}
      </p>
      {state.kind === 'failed' && (
        <div class={`situation ${state.cancelled ? 'stopped' : 'failed'}`} role="alert">
          <div>
            <p class="message">{state.cancelled ? 'The analysis was cancelled.' : state.message}</p>
            {state.complete && <p class="aside">The report below was complete before that and is still valid.</p>}
            {state.report && !state.complete && <p class="aside">Below is what was known until then.</p>}
          </div>
          {!state.cancelled && (
            <vscode-button secondary onClick={() => extension.tell('showDetails')}>
              Show Details
            </vscode-button>
          )}
          <vscode-button onClick={() => extension.tell('retry')}>
            {state.cancelled ? 'Analyze Again' : 'Try Again'}
          </vscode-button>
        </div>
      )}
      {!state.trusted && (
        <div class="situation restricted">
          <p>
            This workspace is not trusted, so the model is not run: the file is read and its weights are measured, and
            that is all.
          </p>
          <vscode-button secondary onClick={() => extension.tell('manageTrust')}>
            Manage Trust
          </vscode-button>
        </div>
      )}
    </>
  );
}
