import { useMemo, useState } from 'preact/hooks';
import type { PanelTraining, TrainingRun } from '../../../src/protocol/panelTraining';
import { constraintSentence } from '../constraintSentence';
import '../elements';
import { extension } from '../extension';
import { formatNumber } from '../format';
import { trainingFigures } from '../trainingFigures';
import { BeforeAfter } from './BeforeAfter';
import { runColor, TrainingFigure } from './TrainingFigure';
import { TrainingControls } from './TrainingControls';

/** The trainings of the checkpoint: the one under way as it goes on, those before for comparison, and what came of them. */
export function Training({ training }: { readonly training: PanelTraining }) {
  const { runs, isResumable } = training;
  const [hidden, setHidden] = useState<readonly number[]>([]);
  const shown = runs.filter(({ number }) => !hidden.includes(number));
  const figures = useMemo(() => trainingFigures(shown), [training, hidden]);
  const last = runs.at(-1);
  if (!last) return null;
  return (
    <section class="training" aria-label="Training">
      <h2>
        Training <span class="facts">{settingsText(last)}</span>
      </h2>
      <TrainingControls run={last} isResumable={isResumable} />
      <Keeps run={last} />
      {runs.length > 1 && (
        <fieldset class="legend">
          <legend>Runs to compare</legend>
          {runs.map(({ number, ...run }) => (
            <label>
              <input
                type="checkbox"
                checked={!hidden.includes(number)}
                onChange={() =>
                  setHidden(hidden.includes(number) ? hidden.filter((each) => each !== number) : [...hidden, number])
                }
              />{' '}
              <span class="key run" style={{ '--color': runColor(number) }}>
                run {number}: {(run.settings.constraints ?? []).join(', ') || 'no constraint'}
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {figures.length > 0 && (
        <div class="curves">
          {figures.map((figure) => (
            <TrainingFigure key={figure.title} figure={figure} />
          ))}
        </div>
      )}
      {last.result && (
        <>
          <h3>
            Before and after <span class="aside">the weights of epoch {last.result.epoch} were kept</span>
          </h3>
          <BeforeAfter groups={last.result.changes} />
          <p class="offer">
            <vscode-button onClick={() => extension.tell('openRetrained', last.number)}>
              Open New Checkpoint
            </vscode-button>
            <vscode-button secondary onClick={() => extension.tell('openRetrainReport', last.number)}>
              Open Report
            </vscode-button>
          </p>
        </>
      )}
    </section>
  );
}

/** What holds while it trains. */
function Keeps({ run }: { readonly run: TrainingRun }) {
  const constraints = run.settings.constraints ?? [];
  return (
    <p>
      {constraints.length === 0
        ? 'Nothing is constrained.'
        : `While it trains, ${constraints.map(constraintSentence).join('; ')}.`}
    </p>
  );
}

function settingsText({ number, settings }: TrainingRun): string {
  const { optimizer = 'adam', epochs, learningRate, seed } = settings;
  return [
    ...[`run ${number}`, optimizer],
    ...(learningRate === undefined ? [] : [`learning rate ${formatNumber(learningRate, 2)}`]),
    ...(epochs === undefined ? [] : [`${epochs} epochs`]),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
  ].join(' · ');
}
