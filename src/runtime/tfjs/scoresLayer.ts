import type { Readout } from '../../core/checkpoint';
import type { LoadedCheckpoint, TfjsProgram } from '../../formats/loadedCheckpoint';

/** The layer whose output, before its own final activation, is the scores. */
export interface ScoresLayer {
  readonly layer: string;
  readonly finalActivation: Readout['finalActivation'];
}

/** The scores of the readout; or another output of the model, when the user declares it, taken as it is. */
export function scoresLayer(
  readout: LoadedCheckpoint['checkpoint']['readout'],
  program: TfjsProgram,
  declared: string | null,
): ScoresLayer | null {
  if (declared !== null && declared !== readout?.output) return { layer: declared, finalActivation: 'none' };
  if (program.scores === null) return null;
  return { layer: program.scores, finalActivation: readout?.finalActivation ?? 'none' };
}
