import { useState } from 'preact/hooks';
import type { PanelTraining, TrainingRun } from '../../../src/protocol/panelTraining';
import { constraintSentence } from '../constraintSentence';
import { TrainingControls } from './TrainingControls';
import { TrainingResult } from './TrainingResult';
import { TrainingRuns } from './TrainingRuns';

/** The trainings of the checkpoint: the last one as it goes on, those before for comparison, and what came of it. */
export function Training({ training, last }: { readonly training: PanelTraining; readonly last: TrainingRun }) {
  // What was trained before the panel was opened does not stand in front of the report.
  const [isFolded, setFolded] = useState(last.status === 'ended');
  const isShown = last.status !== 'ended' || !isFolded;
  const constraints = last.settings.constraints ?? [];
  return (
    <section class="training" aria-label="Training">
      <h2>
        Training <span class="facts">{settingsText(last)}</span>
        {last.status === 'ended' && (
          <button type="button" class="link" aria-expanded={isShown} onClick={() => setFolded(!isFolded)}>
            {isShown ? 'Hide' : 'Show'}
          </button>
        )}
      </h2>
      {isShown && (
        <>
          <TrainingControls run={last} isResumable={training.isResumable} />
          <p>
            {constraints.length === 0
              ? 'Nothing is constrained.'
              : `While it trains, ${constraintSentence(constraints)}.`}
          </p>
          <TrainingRuns training={training} />
          {last.result && <TrainingResult run={last.number} result={last.result} />}
        </>
      )}
    </section>
  );
}

function settingsText({ number, settings }: TrainingRun): string {
  const { optimizer = 'adam', epochs, learningRate, seed } = settings;
  return [
    ...[`run ${number}`, optimizer],
    ...(learningRate === undefined ? [] : [`learning rate ${learningRate}`]),
    ...(epochs === undefined ? [] : [`${epochs} epochs`]),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
  ].join(' · ');
}
