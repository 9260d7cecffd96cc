import { cellNames, type CellName } from './cells';
import { listedCell, listedCount, type LayerSizes } from './listedCell';

/** What a layer has fewer or more weights than one of its parent in the same size, for people; null where either has none. */
export function savings(name: CellName, sizes: LayerSizes): string | null {
  const parent = cellNames.find((each) => each === listedCell(name).parent);
  const [own, parents] = [listedCount(name, sizes), parent ? listedCount(parent, sizes) : null];
  if (own === null || parents === null) return null;
  if (own === parents) return 'as many weights';
  const share = (100 * Math.abs(parents - own)) / parents;
  const percent = own < parents && share > 99.9 ? 'over 99.9' : share.toFixed(1);
  return `${percent} % ${own < parents ? 'fewer' : 'more'} weights`;
}
