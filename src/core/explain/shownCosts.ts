import type { BoundCost } from '../report';

export interface CostShare extends BoundCost {
  /** Of all costs together. */
  readonly share: number;
}

/** Parts below this share are added up. */
const leastShare = 0.005;

/** "W_f of layer1", and not "Λ: the choice of γ". */
const ofLayer = /^(\S+) of (.+)$/;

/** What a bound is made of, the largest part first; the name of the layer is left out where there is only one. */
export function shownCosts(costs: readonly BoundCost[]): CostShare[] {
  const total = costs.reduce((sum, { nats }) => sum + nats, 0);
  if (!(total > 0) || !Number.isFinite(total)) return [];
  const layers = new Set(costs.flatMap(({ name }) => ofLayer.exec(name)?.[2] ?? []));
  const shown = costs
    .map(({ name, nats }) => ({
      name: layers.size === 1 ? name.replace(ofLayer, '$1') : name,
      nats,
      share: nats / total,
    }))
    .sort((a, b) => b.nats - a.nats);
  const large = shown.filter(({ share }) => share >= leastShare);
  const small = shown.slice(large.length);
  if (small.length < 2) return shown;
  const nats = small.reduce((sum, part) => sum + part.nats, 0);
  return [...large, { name: `${small.length} smaller parts`, nats, share: nats / total }];
}
