import type { BoundedClass } from './boundedClass';
import { boundedNetwork } from './boundedNetwork';
import type { BoundQuestion } from '../boundQuestion';
import { radiusOf } from '../numbers/radiusGrid';

/**
 * The class of the theorem about vanilla networks in which every matrix is also limited in ‖A‖_{1,1} ≤ Λ_A, the sum of its
 * absolute values, at one more radius each: J = 6 for U, W and V (theory 2.1, which repairs bound (3) of Chen, Li & Zhao). It has
 * smaller covers where matrices are nearly zero, or nearly the reference, in all but a few places.
 *
 * Of the two norms that the theory offers, ‖A‖_{1,1} and √rows ‖A‖_{2,1}, the first is never the larger (Cauchy and Schwarz, column
 * by column), so the second is never taken. A bias keeps its one radius, as a block of its own: ‖b‖₁ ≤ √n ‖b‖₂ is a Λ_b
 * that costs nothing, and a second radius of ln 321 would cost more than the few numbers of a bias can save.
 */
export function entrywiseClass(question: BoundQuestion, theorem: BoundedClass): BoundedClass | string {
  const { reference } = question;
  const distances = boundedNetwork(reference ? { ...question, ...reference.distance } : question);
  if (typeof distances === 'string') return distances;
  const { blocks } = distances;
  return {
    ...theorem,
    radii: theorem.radii + blocks.filter(({ absoluteSum }) => absoluteSum !== null).length,
    constants(p, domain) {
      const constants = theorem.constants(p, domain);
      if (typeof constants === 'string') return constants;
      const logSums = new Map<string, number>();
      for (const { name, absoluteSum, parameters } of blocks) {
        const point = absoluteSum === null ? null : radiusOf(absoluteSum);
        if (absoluteSum !== null && !point) {
          return `The sum of the absolute values of ${name} is beyond the largest radius of the grid, 2^20.`;
        }
        logSums.set(name, point?.log ?? constants.logRadii.get(name)! + Math.log(parameters) / 2);
      }
      return { ...constants, logSums };
    },
  };
}
