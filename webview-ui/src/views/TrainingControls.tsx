import type { TrainingRun } from '../../../src/protocol/panelTraining';
import '../elements';
import { extension } from '../extension';
import { formatNumber } from '../format';

/** How a training goes, and what can be done about it. */
export function TrainingControls({ run, isResumable }: { readonly run: TrainingRun; readonly isResumable: boolean }) {
  const { status, phase, position, epochs, result } = run;
  const isUnderWay = status === 'running' || status === 'paused';
  const done = position && position.epoch - 1 + position.batch / position.batches;
  return (
    <div class={`situation ${edges[status]}`} role={status === 'failed' ? 'alert' : undefined}>
      <div>
        <p class="message">{headline(run)}</p>
        {isUnderWay && position && (
          <p class="aside">
            step {position.batch} of {position.batches} · loss {formatNumber(position.loss)} · learning rate{' '}
            {String(Number(position.learningRate.toPrecision(3)))} · gradient norm{' '}
            {formatNumber(position.gradientNorm, 3)}
          </p>
        )}
        {(status === 'stopped' || status === 'failed') && (
          <p class="aside">
            {isResumable
              ? 'It was written down, and can go on from there.'
              : 'Nothing of it was written down, so it cannot go on.'}
          </p>
        )}
        {result?.notes.map((note) => (
          <p class="aside">{note}</p>
        ))}
      </div>
      {status === 'running' && (
        <vscode-button secondary onClick={() => extension.tell('pauseTraining')}>
          Pause
        </vscode-button>
      )}
      {status === 'paused' && <vscode-button onClick={() => extension.tell('resumeTraining')}>Resume</vscode-button>}
      {isUnderWay && (
        <>
          <vscode-button
            secondary
            disabled={!epochs.some(({ isBest }) => isBest)}
            title="End the training now, with the weights of its best epoch"
            onClick={() => extension.tell('keepBest')}
          >
            Keep Best
          </vscode-button>
          <vscode-button secondary onClick={() => extension.tell('cancelTraining')}>
            Cancel
          </vscode-button>
          <vscode-progress-bar
            aria-label="Training"
            {...(done !== null && phase.startsWith('Training') && position
              ? { value: done, max: position.epochs }
              : { indeterminate: true })}
          />
        </>
      )}
      {isResumable && <vscode-button onClick={() => extension.tell('resumeTraining')}>Resume Training</vscode-button>}
      {/* Read out when it changes: an epoch at a time. */}
      <p class="unseen" role="status">
        {isUnderWay && position && phase.startsWith('Training') ? `Training, epoch ${position.epoch}` : headline(run)}
      </p>
    </div>
  );
}

const edges = { running: 'running', paused: 'stopped', stopped: 'stopped', failed: 'failed', ended: 'done' } as const;

function headline({ status, phase, position, result }: TrainingRun): string {
  const where = position ? ` in epoch ${position.epoch} of ${position.epochs}` : '';
  if (status === 'paused') return `Paused${where}.`;
  if (status === 'stopped') return `The training was stopped${where}.`;
  if (status === 'failed') return phase;
  if (!result)
    return position && phase.startsWith('Training') ? `Epoch ${position.epoch} of ${position.epochs}` : `${phase}…`;
  const name = result.path.split(/[\\/]/).at(-1);
  return `${endings[result.ended]} after ${formatNumber(result.seconds, 3)} seconds on ${devices[result.device]}: ${name} was written.`;
}

const devices = {
  cpu: 'the processor',
  webgpu: 'the graphics card (WebGPU)',
  cuda: 'the graphics card (CUDA)',
} as const;

const endings = {
  epochs: 'All epochs were trained',
  patience: 'The validation loss no longer fell, and the training stopped',
  diverged: 'The loss was not finite any more, and the training stopped',
  stopped: 'The training was ended with its best epoch',
} as const;
