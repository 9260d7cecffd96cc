/**
 * Scales all gradients down together, in place, where the Euclidean norm of all of them exceeds `limit` (Pascanu, Mikolov &
 * Bengio 2013). Answers the norm before that; it is not finite where a gradient is not.
 */
export function clipGradients(gradients: readonly Float32Array[], limit: number | null): number {
  let squares = 0;
  for (const gradient of gradients) for (let k = 0; k < gradient.length; k++) squares += gradient[k]! * gradient[k]!;
  const norm = Math.sqrt(squares);
  if (limit === null || !(norm > limit)) return norm;
  const factor = limit / norm;
  for (const gradient of gradients) for (let k = 0; k < gradient.length; k++) gradient[k] = gradient[k]! * factor;
  return norm;
}
