import { Problem } from '../../core/problem';
import { isJsonObject } from '../jsonObject';
import type { Row } from './rows';

/**
 * Reads sequences from JSON lines, one object a line:
 *
 *     {"input": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], "label": 0, "holdout": true}
 *
 * `input` is a list of steps, each a list of numbers, or one number where a step is one number (an id, say). `label` is a
 * number, or a list of one number a step; `label` and `holdout` may be left out. Sequences may have different lengths.
 *
 * @throws Problem naming the line.
 */
export function readJsonLines(text: string, fileName: string): Row[] {
  const rows: Row[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() !== '') rows.push(readLine(line, `line ${index + 1}`, fileName));
  });
  return rows;
}

function readLine(line: string, place: string, fileName: string): Row {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Problem(
      `In ${fileName}, ${place} is not valid JSON; each line is one object such as {"input": [[0.1], [0.2]], "label": 0}.`,
      { cause: error },
    );
  }
  if (!isJsonObject(value)) {
    throw new Problem(`In ${fileName}, ${place} is not an object; write {"input": [[0.1], [0.2]], "label": 0}.`);
  }
  const { input, label = null, holdout = null, ...rest } = value;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw new Problem(`In ${fileName}, ${place} has a key "${unknown}"; known are input, label and holdout.`);
  if (!Array.isArray(input)) throw new Problem(`In ${fileName}, ${place} has no "input" that is a list of steps.`);
  const features = input.map((step: unknown) => readStep(step, place, fileName));
  if (holdout !== null && typeof holdout !== 'boolean' && holdout !== 0 && holdout !== 1) {
    throw new Problem(`In ${fileName}, ${place} has a "holdout" that is neither true nor false.`);
  }
  return {
    features,
    label: readLabel(label, place, fileName),
    holdout: holdout === null ? null : Boolean(holdout),
    place,
  };
}

function readStep(step: unknown, place: string, fileName: string): number[] {
  const numbers: unknown[] = Array.isArray(step) ? step : [step];
  if (numbers.every((value) => typeof value === 'number')) return numbers;
  throw new Problem(`In ${fileName}, ${place} has a step of "input" that is not a list of numbers.`);
}

function readLabel(label: unknown, place: string, fileName: string): Row['label'] {
  if (label === null || typeof label === 'number') return label;
  if (typeof label === 'boolean') return Number(label);
  if (Array.isArray(label) && label.every((value) => typeof value === 'number')) return label;
  throw new Problem(`In ${fileName}, ${place} has a "label" that is neither a number nor a list of numbers.`);
}
