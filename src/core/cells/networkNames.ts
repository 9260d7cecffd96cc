/**
 * What the tensors of a network are called in a file, besides its parameters (`layer1.W_f`, V, c) and what each layer hands on
 * (`layer1.y`).
 */
export const networkNames = {
  /** [steps, batch, input size]. */
  input: 'X',
  /** What the layers that nobody else reads hand on, side by side: [steps, batch, width]. */
  hidden: 'hidden',
  /** [batch, outputs] of the last steps, or [steps, batch, outputs] of all. */
  scores: 'scores',
} as const;
