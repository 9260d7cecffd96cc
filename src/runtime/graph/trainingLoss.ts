import { variable, type Expression } from '../../core/cells/language';
import type { NetworkReadout } from '../../core/cells/network';
import { differentiate, type Adjoint } from '../../core/interpret/differentiate';
import { addLoss, oneHot, type LossName } from './losses';
import type { Main } from './main';
import { tensorTypes } from './modelFile';

export interface TrainingLoss {
  readonly loss: LossName;
  /** Labels from 0 on, for a cross-entropy, 0 or 1 for a binary one; or as many numbers as the readout has outputs. */
  readonly targets: 'labels' | 'values';
}

/** What a training graph reads to judge scores: what they should be, and how much each answer counts. */
export const targetsName = 'Y';
export const countsName = 'counts';

/** Adds the loss of the scores of a readout: one number, and the way back from it to what the readout reads. */
export function addTrainingLoss(
  main: Main,
  { steps, outputs }: NetworkReadout,
  scores: Expression,
  { loss: name, targets }: TrainingLoss,
): { readonly loss: string; readonly adjoint: Adjoint } {
  const answers = steps === 'every' ? [main.length, 'batch'] : ['batch'];
  const rows = (tensor: string, width: number): string => main.apply('Reshape', [tensor, main.integers([-1, width])]);
  const labels = (): string => {
    const given = rows(main.input(targetsName, answers, tensorTypes.int32), 1);
    return name === 'binaryCrossEntropy'
      ? main.apply('Cast', [given], { to: main.type })
      : oneHot(main, given, outputs);
  };
  const { loss, slope } = addLoss(main, name, outputs, {
    scores: main.value(scores),
    targets: targets === 'labels' ? labels() : rows(main.input(targetsName, [...answers, outputs]), outputs),
    counts: rows(main.input(countsName, answers), 1),
  });
  // The readout is a sentence of the language, so its gradients need no rule of their own.
  const cotangent = variable('d scores', scores.size);
  main.set([cotangent], slope);
  return { loss, adjoint: differentiate([[scores, cotangent]], main.sizes) };
}
