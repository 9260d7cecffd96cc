import { gridNeighbours, type GridPoint } from '../numbers/radiusGrid';

/**
 * The point s₀ of the grid with the smallest n ln s₀ + D²/(2 s₀²), for n numbers at a mean squared distance D² from the centre
 * of the prior. The function is convex in ln s₀, so the best grid point is a neighbour of the best real one, D/√n.
 */
export function bestPriorScale(parameters: number, squaredDistance: number): GridPoint {
  let best: { readonly point: GridPoint; readonly cost: number } | null = null;
  for (const point of gridNeighbours(Math.log(squaredDistance / parameters) / 2)) {
    const cost = parameters * point.log + squaredDistance / (2 * point.radius * point.radius);
    if (best === null || cost < best.cost) best = { point, cost };
  }
  return best!.point;
}
