import { variable } from '../../../../src/core/cells/language';
import { placedLayers, placedName, networkSizes, outputWidth, type Network } from '../../../../src/core/cells/network';
import { parametersOf, storedShape, type CellParameter } from '../../../../src/core/cells/parametersOf';
import { readoutLayers, scoresExpression } from '../../../../src/core/cells/readout';
import type { Sizes } from '../../../../src/core/cells/sizes';
import { calculation } from '../../../../src/core/interpret/calculation';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import type { MatrixRadii, VectorRadii } from '../../../../src/core/interpret/majorantClass';
import { majorantNetwork } from '../../../../src/core/interpret/majorantNetwork';
import { inf, normsOf, share, two } from './majorantTrials';

export type Weights = ReadonlyMap<string, Float64Array>;

/** The parameters of all layers by their names in the network, and those of the readout. */
export function networkParameters(network: Network): readonly CellParameter[] {
  const { readout } = network;
  const layers = placedLayers(network).flatMap(({ cell }) => parametersOf(cell));
  const dense = (readout ? readoutLayers(readout) : []).flatMap(({ map, bias }): CellParameter[] => [
    { name: map.name, kind: 'matrix', rows: map.to, columns: map.from, matrix: map, gate: null, role: 'inner' },
    ...(bias === null
      ? []
      : [{ name: bias, kind: 'vector', rows: map.to, columns: null, matrix: null, gate: null, role: 'bias' } as const]),
  ]);
  return [...layers, ...dense];
}

/** What every layer hands on, [steps, batch, width], for sequences of these lengths. */
export function handedOn(
  network: Network,
  weights: Weights,
  input: Float64Array,
  steps: number,
  lengths: Int32Array,
): readonly Float64Array[] {
  const outputs: Float64Array[] = [];
  const rows = steps * lengths.length;
  for (const layer of network.layers) {
    const { cell, name, direction, reads, residual } = layer;
    const read =
      reads === 'input'
        ? input
        : beside(
            reads.map((k) => outputs[k]!),
            rows,
          );
    const own = new Map(parametersOf(cell).map((q) => [q.name, weights.get(placedName(name, q.name))!]));
    const sizes = cell.sizes(layer.inputSize, layer.hiddenSize);
    const { hidden } = evaluate(cell, own, sizes, { input: read, steps, batch: lengths.length, direction, lengths });
    const [wide, width] = [read.length / rows, hidden.length / rows];
    const from = typeof residual === 'object' ? residual.from : 0;
    const added = (k: number): number => (residual ? read[Math.floor(k / width) * wide + from + (k % width)]! : 0);
    outputs.push(hidden.map((value, k) => value + added(k)));
  }
  return outputs;
}

/** [rows, width] arrays beside each other. */
function beside(parts: readonly Float64Array[], rows: number): Float64Array {
  const widths = parts.map((part) => part.length / rows);
  const width = widths.reduce((total, each) => total + each, 0);
  const all = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    let start = row * width;
    parts.forEach((part, k) => {
      all.set(part.subarray(row * widths[k]!, (row + 1) * widths[k]!), start);
      start += widths[k]!;
    });
  }
  return all;
}

/** The scores of each sequence after its last step, or at each of its steps. */
export function scoresOf(
  network: Network,
  weights: Weights,
  outputs: readonly Float64Array[],
  steps: number,
  lengths: Int32Array,
): Float64Array[] {
  const readout = network.readout!;
  const row = variable('row', 'read');
  const root = scoresExpression(readout, [row]);
  const { run, valueOf } = calculation([root], weights, {
    ...networkSizes(network),
    hidden: 1,
    input: network.inputSize,
  });
  const found: Float64Array[] = [];
  const at = (k: number, step: number, entry: number): Float64Array => {
    const width = outputWidth(network.layers[k]!);
    return outputs[k]!.subarray((step * lengths.length + entry) * width, (step * lengths.length + entry + 1) * width);
  };
  lengths.forEach((length, entry) => {
    const last = (k: number): number => (network.layers[k]!.direction === 'forward' ? length - 1 : 0);
    const every = Array.from({ length }, (_, step) => () => step);
    const stepsRead: ((k: number) => number)[] = readout.steps === 'last' ? [last] : every;
    const rows = stepsRead.map((stepOf) =>
      beside(
        readout.layers.map((k) => at(k, stepOf(k), entry)),
        1,
      ),
    );
    const mean = rows[0]!.map((_, k) => rows.reduce((total, h) => total + h[k]! / rows.length, 0));
    for (const h of readout.steps === 'mean' ? [mean] : rows) {
      valueOf(row).set(h);
      run();
      found.push(valueOf(root).slice());
    }
  });
  if (steps < Math.max(...lengths)) throw new Error('A sequence is longer than the batch.');
  return found;
}

/** The shares of the bounds of scores that two random networks use; `movement` of how far they move. */
export async function networkShares(
  network: Network,
  p: 2 | 'inf',
  k: number,
  random: () => number,
): Promise<{ movement: number; size: number; layers: number }> {
  const sizes = networkSizes(network) as Sizes;
  const parameters = networkParameters(network);
  const [spread, distance, steps] = [[0.4, 1.5][k % 2]!, 0.1 ** (k % 3), 2 + (k % 3)];
  const draw = (n: number, scale: number): Float64Array => Float64Array.from({ length: n }, () => scale * random());
  const first = new Map<string, Float64Array>();
  const second = new Map<string, Float64Array>();
  const matrices = new Map<string, MatrixRadii>();
  const vectors = new Map<string, VectorRadii>();
  const moved = new Map<string, number>();
  const only = k % 4 === 3 ? parameters[k % parameters.length]!.name : null;
  for (const q of parameters) {
    const { rows, columns } = storedShape(q, sizes);
    const isThreshold = network.layers.some(
      ({ name, cell }) => cell.name === 'eurnn' && q.name === placedName(name, 'b'),
    );
    const held = (values: Float64Array): Float64Array =>
      isThreshold ? values.map((value) => -Math.abs(value)) : values;
    const a = held(draw(rows * columns, spread));
    const change = draw(rows * columns, only === null || only === q.name ? distance * spread : 0);
    const b = held(a.map((value, j) => value + change[j]!));
    first.set(q.name, a);
    second.set(q.name, b);
    const [ofA, ofB] = [await normsOf(q, sizes, a), await normsOf(q, sizes, b)];
    const radii = {
      ...{ two: Math.max(ofA.two, ofB.two), inf: Math.max(ofA.inf, ofB.inf), maxRow: Math.max(ofA.maxRow, ofB.maxRow) },
    };
    if (q.kind === 'matrix') matrices.set(q.name, radii);
    else vectors.set(q.name, isThreshold ? { ...radii, high: 0 } : radii);
    const distances = await normsOf(
      q,
      sizes,
      a.map((value, j) => b[j]! - value),
    );
    moved.set(q.name, p === 2 ? distances.least : distances.inf);
  }
  const lengths = Int32Array.of(steps, steps - 1);
  const input = draw(steps * 2 * sizes.input, 1);
  const rows = Array.from({ length: steps * 2 }, (_, row) =>
    input.subarray(row * sizes.input, (row + 1) * sizes.input),
  );
  const bound = majorantNetwork(network, {
    ...{ p, steps, matrices, vectors },
    input: { two: Math.max(...rows.map(two)), inf: Math.max(...rows.map(inf)) },
  });
  const [outputs, others] = [first, second].map((weights) => handedOn(network, weights, input, steps, lengths)) as [
    readonly Float64Array[],
    readonly Float64Array[],
  ];
  const scores = scoresOf(network, first, outputs, steps, lengths);
  const otherScores = scoresOf(network, second, others, steps, lengths);
  const norm = p === 2 ? two : inf;
  let allowed = 0;
  for (const [name, log] of bound.scores!.logMoves)
    if (moved.get(name)! > 0) allowed += Math.exp(log) * moved.get(name)!;
  let [movement, size, layers] = [0, 0, 0];
  scores.forEach((values, j) => {
    const apart = norm(values.map((value, i) => value - otherScores[j]![i]!));
    movement = Math.max(movement, share(Math.max(0, apart - 1e-13 * (1 + norm(values))), allowed));
    size = Math.max(size, norm(values) / Math.exp(p === 2 ? bound.scores!.logTwo : bound.scores!.logInf));
  });
  network.layers.forEach(({ name }, j) => {
    layers = Math.max(layers, inf(outputs[j]!) / Math.exp(bound.layers.get(name)!.logInf));
  });
  return { movement, size, layers };
}

/** A matrix or vector whose norms are all the same number. */
export const sameNorms = (value: number): MatrixRadii => ({ two: value, inf: value, maxRow: value });
