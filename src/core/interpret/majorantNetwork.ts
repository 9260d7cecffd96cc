import { concat, inOrder, vector, type Expression } from '../cells/language';
import { matrix } from '../cells/linearMap';
import { networkInput, networkSizes, placedLayers, type Network, type PlacedLayer } from '../cells/network';
import { parametersOf } from '../cells/parametersOf';
import { betterMajorant, betterReach, isRotating, logNormRatios } from './majorantBothNorms';
import { setRadii, still, type Bounds } from './majorantBounds';
import type { BlockClass, RuleContext, VectorRadii } from './majorantClass';
import { reachOf, recursion, type Majorant, type Reach } from './majorantRecursion';
import { rule } from './majorantRule';
import { traceOf, type Trace } from './majorantTrace';

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
  const { steps, initialStates, initialStatesMove = false } = networkClass;
  const placed = placedLayers(network);
  const context: RuleContext = {
    ...networkClass,
    sizes: networkSizes(network),
    blocks: blocksOf(network, placed, initialStatesMove),
  };
  const run: RunLayer[] = [];
  for (const layer of placed) {
    const { input, states, gates } = layer.cell;
    const starts = states.map(({ name }) => initialStates?.get(name) ?? { two: 0, inf: 0 });
    const { boundsOf, step, output, result } = recursion(
      { input, states, gates, ...layer, ...{ initialStates: starts, initialStatesMove } },
      context,
    );
    const earlier = readBy(layer.reads, run);
    if (inOrder([layer.reads]).includes(networkInput)) setRadii(boundsOf(networkInput), networkClass.input);
    const trace = traceOf(steps, context.blocks.size);
    for (let taken = 0; taken < steps; taken++) {
      for (const other of earlier) {
        const into = boundsOf(other.handedOn);
        if (other.layer.direction === layer.layer.direction) other.trace.at(taken, into);
        else other.trace.upTo(steps - 1 - taken, into);
      }
      step();
      trace.record(taken, output);
    }
    run.push({ ...layer, trace, majorant: result() });
  }
  const flawed = run.find(({ majorant }) => majorant.notCertifiable !== null);
  return {
    layers: new Map(run.map(({ layer, majorant }) => [layer.name, majorant])),
    scores: scoresOf(network, run, context, steps),
    notCertifiable: flawed ? `${flawed.layer.name}: ${flawed.majorant.notCertifiable}` : null,
  };
}

/** The places of the blocks of all layers and of the readout. */
function blocksOf({ readout }: Network, placed: readonly PlacedLayer[], initialStatesMove: boolean) {
  const names = placed.flatMap(({ cell }) => parametersOf(cell).map(({ name }) => name));
  if (initialStatesMove) names.push(...placed.flatMap(({ cell }) => cell.states.map(({ name }) => name)));
  if (readout) names.push('V', ...(readout.bias ? ['c'] : []));
  return new Map(names.map((name, k) => [name, k]));
}

const readBy = (reads: Expression, run: readonly RunLayer[]): RunLayer[] => {
  const variables = inOrder([reads]);
  return run.filter(({ handedOn }) => variables.includes(handedOn));
};

/** V [h; …] + c, of what the layers hand on after any number of steps. */
function scoresOf({ readout }: Network, run: readonly RunLayer[], context: RuleContext, steps: number): Reach | null {
  if (!readout) return null;
  const read = readout.layers.map((k) => run[k]!);
  const image = matrix(
    'V',
    'read',
    'scores',
    'inner',
  )(
    concat(
      'read',
      read.map(({ handedOn }) => handedOn),
    ),
  );
  const scores = readout.bias ? image.plus(vector('c', 'scores')) : image;
  const bounds = new Map<Expression, Bounds>();
  for (const e of inOrder([scores])) {
    const own = still(context.blocks.size);
    bounds.set(e, own);
    const layer = read.find(({ handedOn }) => handedOn === e);
    if (!layer)
      rule(
        e,
        e.operands.map((operand) => bounds.get(operand)!),
        own,
        context,
      )();
    else if (steps > 0) layer.trace.upTo(steps - 1, own);
  }
  return reachOf(bounds.get(scores)!, context.blocks);
}
