import type { Assumption } from '../report';
import type { BoundQuestion } from './boundQuestion';

/** What a prediction is held against, and who chose the scale of the loss. */
export function lossAssumption({ sample, declarations }: BoundQuestion): Assumption {
  const text = 'The predictions are the scores themselves';
  const { kind = 'absolute' } = declarations.loss ?? {};
  const share = kind === 'absolute' ? '‖y − z‖/a' : '‖y − z‖²/a²';
  const loss = sample?.regression?.loss;
  if (!loss) return { text: `${text}, and the loss is min(1, ${share}).`, state: 'met' };
  const cut = `${text}; the loss is min(1, ${share}) with a = ${loss.scale}`;
  if (loss.chosenFrom === null)
    return { text: `${cut}, fixed before the data were seen, as declared.`, state: 'assumed' };
  const part = loss.chosenFrom === 'training' ? 'training' : 'held-out';
  return {
    text: `${cut}, the spread of the ${part} labels rounded up to the grid; rows about that part pay for it.`,
    state: 'met',
  };
}
