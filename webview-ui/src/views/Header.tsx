import type { PanelState } from '../../../src/protocol/panelApi';
import '../elements';
import { extension } from '../extension';
import { formatCount } from '../format';

const FORMATS = { onnx: 'ONNX', 'tfjs-layers': 'TensorFlow.js layers model' };

/** Which checkpoint this is, and what can be done with it. */
export function Header({ state, complete }: { readonly state: PanelState; readonly complete: boolean }) {
  const checkpoint = state.report?.checkpoint;
  return (
    <header>
      <div class="identity">
        <h1 title={state.checkpoint}>{state.file}</h1>
        {checkpoint && (
          <p class="facts">
            <span>{FORMATS[checkpoint.format]}</span>
            <span title="Numbers in the weights of the file">{formatCount(checkpoint.parameters)} parameters</span>
            <span title={`SHA-256 ${checkpoint.sha256}`}>
              SHA-256 <code>{checkpoint.sha256.slice(0, 8)}</code>
            </span>
          </p>
        )}
      </div>
      <div class="actions">
        <vscode-button
          secondary
          title="Choose the sequences to run the model on (.npz, .csv, .jsonl)"
          onClick={() => extension.tell('chooseData')}
        >
          Choose Data…
        </vscode-button>
        <vscode-button
          secondary
          title="Train a copy of this checkpoint, with constraints on its norms"
          onClick={() => extension.tell('retrain')}
        >
          Retrain…
        </vscode-button>
        <vscode-button
          disabled={!complete}
          title="Write the report beside the checkpoint, as .bounds.json and .bounds.md"
          onClick={() => complete && extension.tell('saveReport')}
        >
          Save Report
        </vscode-button>
      </div>
    </header>
  );
}
