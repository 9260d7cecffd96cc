import { basename } from 'node:path';
import type { TrainingSettings } from '../core/training/trainingSettings';
import { checkedBy, readJson } from './checkedJson';
import schema from '../../schemas/training.schema.json';

/** Settings that did not come from this program; `file` names them in messages. */
export const checkedSettings = checkedBy<TrainingSettings>(schema, 'training settings');

/**
 * Reads a file of training settings and checks it against its schema.
 *
 * @throws Problem in one sentence: which key, what is wrong with it, what is allowed.
 */
export const readTrainingSettings = async (path: string): Promise<TrainingSettings> =>
  checkedSettings(await readJson(path, 'training settings'), basename(path));
