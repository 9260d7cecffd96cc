import type { RunResult } from '../../../src/protocol/panelTraining';
import '../elements';
import { extension } from '../extension';
import { BeforeAfter } from './BeforeAfter';

/** What came of a run: every figure before and after, and the ways to the files that it wrote. */
export function TrainingResult({ run, result }: { readonly run: number; readonly result: RunResult }) {
  return (
    <>
      <h3>
        Before and after <span class="aside">the weights of epoch {result.epoch} were kept</span>
      </h3>
      <p class="offer">
        <vscode-button onClick={() => extension.tell('openRetrained', run)}>Open New Checkpoint</vscode-button>
        <vscode-button secondary onClick={() => extension.tell('openRetrainReport', run)}>
          Open Report
        </vscode-button>
      </p>
      <BeforeAfter groups={result.changes} />
    </>
  );
}
