import { concat, inOrder, vector, type Expression } from '../cells/language';
import { matrix } from '../cells/linearMap';
import { networkInput, networkSizes, placedLayers, type Network, type PlacedLayer } from '../cells/network';
import { parametersOf } from '../cells/parametersOf';
import { betterMajorant, betterReach, isRotating, logNormRatios } from './majorantBothNorms';
import { setMax, still, type Bounds } from './majorantBounds';
import type { BlockClass, RuleContext, VectorRadii } from './majorantClass';
import type { Movement } from './majorantMovement';
import { runOnce } from './majorantLogMoves';
import { programOf } from './majorantProgram';
import { reachOf, Recursion, type Majorant, type Reach } from './majorantRecursion';
import { rule } from './majorantRule';
import { Trace } from './majorantTrace';

/** A class of stacks of layers; blocks and states by their names in the network: `layer1.W_f`, `V`, `c`, `layer1.h`. */
export interface StackClass extends BlockClass {
  /** Sequences have at most as many inputs, each within `input`. */
  readonly steps: number;
  readonly input: VectorRadii;
  /** Norms of the states that networks of the class start from. @default zero */
  readonly initialStates?: ReadonlyMap<string, VectorRadii>;
  /** Whether they differ between networks; each is then a block by its name. @default false */
  readonly initialStatesMove?: boolean;
}

export interface NetworkMajorant {
  /** By the names of the layers; what a layer hands on, with the coefficients of its blocks and of those before it. */
  readonly layers: ReadonlyMap<string, Majorant>;
  /** The scores, with the coefficients of all blocks; null in a network without a readout. */
  readonly scores: Reach | null;
  /** Which operation of which layer has no Lipschitz constant in this class, and why; mostly null. */
  readonly notCertifiable: string | null;
}

/** A layer whose recursion has been run. */
interface RunLayer extends PlacedLayer {
  readonly trace: Trace;
  readonly majorant: Majorant;
}

/**
 * The majorant calculus for stacked layers, in one direction or both, with residual connections and a linear readout.
 *
 * Layer by layer over time: at its k-th step a layer reads what layers of its own direction handed on at their k-th step.
 * Of a layer of the other direction it reads, in a sequence of T steps, step T − k + 1; sequences may be shorter than
 * `steps`, so that is any from the first to the (`steps` − k + 1)-th, and the largest bounds of these are taken. A readout,
 * of the last step or of every step, reads every direction after any number of steps.
 */
export function majorantNetwork(network: Network, networkClass: StackClass): NetworkMajorant {
  const result = inOneNorm(network, networkClass);
  if (networkClass.p === 2 || !network.layers.some(({ cell }) => isRotating(cell))) return result;
  const inTwo = inOneNorm(network, { ...networkClass, p: 2 });
  const sizes = networkSizes(network);
  const ratios = new Map(placedLayers(network).flatMap(({ cell }) => [...logNormRatios(cell, sizes)]));
  for (const name of ['V', 'c']) ratios.set(name, Math.log(network.readout?.outputs ?? 1) / 2);
  return {
    ...result,
    layers: new Map(
      [...result.layers].map(([name, layer]) => [name, betterMajorant(layer, inTwo.layers.get(name)!, ratios)]),
    ),
    scores: result.scores && betterReach(result.scores, inTwo.scores!, ratios),
  };
}

function inOneNorm(network: Network, networkClass: StackClass): NetworkMajorant {
  const { steps, input, initialStates, initialStatesMove = false } = networkClass;
  const placed = placedLayers(network);
  const sizes = networkSizes(network);
  const run: RunLayer[] = [];
  for (const layer of placed) {
    const { states } = layer.cell;
    const earlier = readBy(layer.reads, run);
    const blocks = blocksOf(layer, earlier, initialStatesMove);
    const starts = states.map(({ name }) => initialStates?.get(name) ?? { two: 0, inf: 0 });
    const equations = { ...layer.cell, ...layer, initialStates: starts, initialStatesMove };
    const recursion = new Recursion(equations, { ...networkClass, sizes, blocks });
    if (inOrder([layer.reads]).includes(networkInput)) recursion.setInput(input);
    const others = earlier.map(({ handedOn, trace, ...other }) => {
      const isSameWay = other.layer.direction === layer.layer.direction;
      return {
        handedOn,
        isSameWay,
        places: placesOf(trace.blocks, blocks),
        trace: isSameWay ? trace : trace.largestSoFar(),
      };
    });
    const trace = new Trace(steps, blocks);
    for (let taken = 0; taken < steps; taken++) {
      for (const { handedOn, trace: read, isSameWay, places } of others) {
        recursion.read(handedOn, read, isSameWay ? taken : steps - 1 - taken, places);
      }
      recursion.step();
      trace.record(taken, recursion.output, recursion.moves);
    }
    run.push({ ...layer, trace, majorant: recursion.result() });
  }
  const flawed = run.find(({ majorant }) => majorant.notCertifiable !== null);
  return {
    layers: new Map(run.map(({ layer, majorant }) => [layer.name, majorant])),
    scores: scoresOf(network, run, networkClass),
    notCertifiable: flawed ? `${flawed.layer.name}: ${flawed.majorant.notCertifiable}` : null,
  };
}

/** The places of the blocks of a layer and of those it reads. */
function blocksOf(
  { cell }: PlacedLayer,
  earlier: readonly RunLayer[],
  initialStatesMove: boolean,
): Map<string, number> {
  const names = new Set(earlier.flatMap(({ trace }) => [...trace.blocks.keys()]));
  for (const { name } of parametersOf(cell)) names.add(name);
  if (initialStatesMove) for (const { name } of cell.states) names.add(name);
  return new Map([...names].map((name, k) => [name, k]));
}

const placesOf = (blocks: ReadonlyMap<string, number>, among: ReadonlyMap<string, number>): Int32Array =>
  Int32Array.from(blocks.keys(), (name) => among.get(name)!);

const readBy = (reads: Expression, run: readonly RunLayer[]): RunLayer[] => {
  const variables = inOrder([reads]);
  return run.filter(({ handedOn }) => variables.includes(handedOn));
};

/** V [h; …] + c, of what the layers hand on after any number of steps. */
function scoresOf(network: Network, run: readonly RunLayer[], networkClass: StackClass): Reach | null {
  const { readout } = network;
  if (!readout) return null;
  const read = [...new Set(readout.layers)].map((k) => run[k]!);
  const handedOn = concat(
    'read',
    readout.layers.map((k) => run[k]!.handedOn),
  );
  const image = matrix('V', 'read', 'scores', 'inner')(handedOn);
  const scores = readout.bias ? image.plus(vector('c', 'scores')) : image;
  const names = [...run.flatMap(({ trace }) => [...trace.blocks.keys()]), 'V', ...(readout.bias ? ['c'] : [])];
  const blocks = new Map([...new Set(names)].map((name, k) => [name, k]));
  const context: RuleContext = { ...networkClass, sizes: networkSizes(network), blocks };
  const bounds = new Map<Expression, Bounds>();
  for (const e of inOrder([scores])) {
    const own = still();
    bounds.set(e, own);
    const layer = read.find((one) => one.handedOn === e);
    if (layer) setMax(own, layer.majorant.logInf);
    if (layer) own.logTwo = layer.majorant.logTwo;
    const operands = e.operands.map((operand) => bounds.get(operand)!);
    rule(e, operands, own, context)();
  }
  const movementOf = (e: Expression): Movement => bounds.get(e)!.movement;
  const logMoves = runOnce(
    programOf(
      [movementOf(scores)],
      read.map((layer) => movementOf(layer.handedOn)),
    ),
    blocks,
    read.map((layer) => layer.majorant.logMoves),
  );
  return reachOf(bounds.get(scores)!, logMoves, blocks);
}
