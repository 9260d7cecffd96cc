import * as vscode from 'vscode';
import type { NearbyRequest } from '../protocol/engineApi';

/** Fewer draws leave the mean error of the noisy networks too uncertain (theory section 5). */
const fewestDraws = 2000;

/** The same draws for the same seed, so that a report can be made again. */
const seed = 1;

/** Asks how many noisy networks to run; undefined when the user gave up. */
export async function askForNoise(): Promise<Pick<NearbyRequest, 'noise'> | undefined> {
  const text = await vscode.window.showInputBox({
    title: 'Recurscope: Measure with Noise',
    prompt:
      'How many networks with fresh noise to run on the training sequences; more take longer and bound more tightly',
    value: String(fewestDraws),
    ignoreFocusOut: true,
    validateInput: (entered) =>
      /^\d{1,7}$/.test(entered.trim()) && Number(entered) >= fewestDraws
        ? undefined
        : `Enter a whole number from ${fewestDraws.toLocaleString('en-US')} to 9,999,999.`,
  });
  return text === undefined ? undefined : { noise: { draws: Number(text), seed } };
}
