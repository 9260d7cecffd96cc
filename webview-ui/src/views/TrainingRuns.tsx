import { useMemo, useState } from 'preact/hooks';
import type { PanelTraining, TrainingRun } from '../../../src/protocol/panelTraining';
import { trainingFigures } from '../trainingFigures';
import { runColor, TrainingFigure } from './TrainingFigure';

/** How the runs went, those that are chosen in the same pictures. */
export function TrainingRuns({ training: { runs } }: { readonly training: PanelTraining }) {
  const [hidden, setHidden] = useState<readonly number[]>([]);
  const figures = useMemo(() => trainingFigures(runs.filter(({ number }) => !hidden.includes(number))), [runs, hidden]);
  const turn = (number: number): void =>
    setHidden(hidden.includes(number) ? hidden.filter((each) => each !== number) : [...hidden, number]);
  return (
    <>
      {runs.length > 1 && (
        <fieldset class="legend">
          <legend>Runs to compare</legend>
          {runs.map((run) => (
            <label key={run.number}>
              <input type="checkbox" checked={!hidden.includes(run.number)} onChange={() => turn(run.number)} />{' '}
              <span class="key" style={{ '--color': runColor(run.number) }}>
                {nameOf(run)}
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
    </>
  );
}

const nameOf = ({ number, settings }: TrainingRun): string =>
  `run ${number}: ${(settings.constraints ?? []).join(', ') || 'no constraint'}`;
