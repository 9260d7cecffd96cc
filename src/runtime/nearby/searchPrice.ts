import { klInverse } from '../../core/bounds/numbers/klInverse';

/**
 * What a search looks for the least of: the bound with so many nats, and above the largest that a bound can say still something
 * that falls with the nats and the loss.
 */
export function searchPrice(loss: number, nats: number, sequences: number): number {
  const bound = klInverse(loss, nats / sequences);
  return bound < 0.999 ? bound : 1 + loss + Math.sqrt(nats / (2 * sequences));
}
