import type { BoundQuestion } from './boundQuestion';

/** What is asked of the network: as declared, or as the labels say (theory rule R10), or classification while nobody knows. */
export const taskOf = ({
  declarations,
  sample,
}: Pick<BoundQuestion, 'declarations' | 'sample'>): 'classification' | 'regression' =>
  declarations.task ?? sample?.task ?? 'classification';
