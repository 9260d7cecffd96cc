import type { Checkpoint } from './checkpoint';

/** The layers that the scores depend on, in the order of the data flow; all layers where no readout was understood. */
export function layersInUse({ layers, readout }: Pick<Checkpoint, 'layers' | 'readout'>): readonly number[] {
  if (!readout) return layers.map((_, k) => k);
  const used = new Set<number>();
  const visit = (k: number): void => {
    if (used.has(k)) return;
    used.add(k);
    const { input } = layers[k]!;
    // What follows an earlier layer may be called a front end, without saying which layer it was.
    if (input.kind === 'layers') input.layers.forEach(visit);
    else if (input.kind === 'frontEnd') for (let earlier = 0; earlier < k; earlier++) visit(earlier);
  };
  readout.layers.forEach(visit);
  return [...used].sort((p, q) => p - q);
}
