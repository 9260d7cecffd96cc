import { inOrder } from '../cells/language';
import { networkInput, networkSizes, placedLayers, type Network, type PlacedLayer } from '../cells/network';
import { parametersOf } from '../cells/parametersOf';
import { readoutLayers } from '../cells/readout';
import { betterMajorant, betterReach, isRotating, logNormRatios } from './majorantBothNorms';
import { normsOf, setNorms, type BlockClass, type RuleContext, type VectorRadii } from './majorantClass';
import type { Majorant, Reach } from './majorantReach';
import { Recursion } from './majorantRecursion';
import { majorantScores } from './majorantScores';
import { Trace } from './majorantTrace';

/** A class of stacks of layers; blocks and states by their names in the network: `layer1.W_f`, `V`, `c`, `layer1.h`. */
export interface StackClass extends BlockClass {
  /** Sequences have at most as many inputs, each within `input`. */
  readonly steps: number;
  /** Smaller numbers of inputs, with what else is said the same, whose answers are wanted too. @default none */
  readonly fewerSteps?: readonly number[];
  readonly input: VectorRadii;
  /** Norms of the states that networks of the class start from. @default zero */
  readonly initialStates?: ReadonlyMap<string, VectorRadii>;
  /** Whether they differ between networks; each is then a block by its name. @default false */
  readonly initialStatesMove?: boolean;
  /** The block that the input is, at every step, where it differs between networks as rows of an embedding do. @default none */
  readonly inputBlock?: string;
}

export interface NetworkMajorant {
  /** By the names of the layers; what a layer hands on, with the coefficients of its blocks and of those before it. */
  readonly layers: ReadonlyMap<string, Majorant>;
  /** The scores, with the coefficients of all blocks; null in a network without a readout. */
  readonly scores: Reach | null;
  /** Which operation of which layer has no Lipschitz constant in this class, and why; mostly null. */
  readonly notCertifiable: string | null;
  /** The same for each of the smaller numbers of inputs that were asked for. */
  readonly withFewerSteps: readonly NetworkMajorant[];
}

/** A layer whose recursion has been prepared. */
interface PreparedLayer extends PlacedLayer {
  readonly recursion: Recursion;
  readonly blocks: ReadonlyMap<string, number>;
  readonly readsInput: boolean;
  /** The layers it reads: where they are, as which variable, whether they have its direction, and where their blocks are here. */
  readonly earlier: readonly {
    readonly place: number;
    readonly variable: number;
    readonly isSameWay: boolean;
    readonly blocks: Int32Array;
  }[];
}

export const majorantNetwork = (network: Network, networkClass: StackClass): NetworkMajorant =>
  networkMajorants(network)(networkClass);

/**
 * The majorant calculus for stacked layers, in one direction or both, with residual connections and a linear readout.
 *
 * Layer by layer over time: at its k-th step a layer reads what layers of its own direction handed on at their k-th step.
 * Of a layer of the other direction it reads, in a sequence of T steps, step T − k + 1; sequences may be shorter than
 * `steps`, so that is any from the first to the (`steps` − k + 1)-th, and the largest bounds of these are taken. A readout,
 * of the last step or of every step, reads every direction after any number of steps.
 *
 * What depends on the network alone is prepared once; the answer may be asked about one class after another.
 */
export function networkMajorants(network: Network): (networkClass: StackClass) => NetworkMajorant {
  const placed = placedLayers(network);
  const sizes = networkSizes(network);
  const isTurning = network.layers.some(({ cell }) => isRotating(cell));
  const ratios = new Map(placed.flatMap(({ cell }) => [...logNormRatios(cell, sizes)]));
  for (const { map, bias, outputs } of network.readout ? readoutLayers(network.readout) : []) {
    for (const name of bias === null ? [map.name] : [map.name, bias]) ratios.set(name, Math.log(outputs) / 2);
  }
  // A row of an embedding is a vector as long as the input.
  const inputRatio = Math.log(network.inputSize) / 2;
  const prepared = new Map<string, (networkClass: StackClass) => NetworkMajorant>();
  const inOneNorm = (networkClass: StackClass): NetworkMajorant => {
    const key = `${networkClass.p} ${networkClass.initialStatesMove} ${networkClass.inputBlock}`;
    const run = prepared.get(key) ?? prepare(network, placed, networkClass);
    prepared.set(key, run);
    return run(networkClass);
  };
  return (networkClass) => {
    const result = inOneNorm(networkClass);
    if (networkClass.p === 2 || !isTurning) return result;
    if (networkClass.inputBlock !== undefined) ratios.set(networkClass.inputBlock, inputRatio);
    const better = (inMax: NetworkMajorant, inTwo: NetworkMajorant): NetworkMajorant => ({
      ...inMax,
      layers: new Map(
        [...inMax.layers].map(([name, layer]) => [name, betterMajorant(layer, inTwo.layers.get(name)!, ratios)]),
      ),
      scores: inMax.scores && betterReach(inMax.scores, inTwo.scores!, ratios),
      withFewerSteps: inMax.withFewerSteps.map((one, k) => better(one, inTwo.withFewerSteps[k]!)),
    });
    return better(result, inOneNorm({ ...networkClass, p: 2 }));
  };
}

/** For classes that differ in numbers only from the given one. */
function prepare(
  network: Network,
  placed: readonly PlacedLayer[],
  first: StackClass,
): (networkClass: StackClass) => NetworkMajorant {
  const norms = normsOf(first);
  const context = { p: first.p, sizes: networkSizes(network), norms };
  const layers: PreparedLayer[] = [];
  for (const layer of placed) layers.push(preparedLayer(layer, layers, context, first));
  const isRead = layers.map((_, k) => layers.some(({ earlier }) => earlier.some(({ place }) => place === k)));
  const scores = majorantScores(network, layers, context);
  // What a layer reads of one of the other direction depends on the length.
  const isCausal = layers.every(({ earlier }) => earlier.every(({ isSameWay }) => isSameWay));
  const together = (majorants: readonly Majorant[], withFewerSteps: readonly NetworkMajorant[]): NetworkMajorant => {
    const flawed = majorants.findIndex(({ notCertifiable }) => notCertifiable !== null);
    return {
      layers: new Map(layers.map(({ layer }, k) => [layer.name, majorants[k]!])),
      scores: scores && scores(majorants),
      notCertifiable: flawed < 0 ? null : `${layers[flawed]!.layer.name}: ${majorants[flawed]!.notCertifiable}`,
      withFewerSteps,
    };
  };
  let kept: (Trace | null)[] = [];
  const answer = (networkClass: StackClass): NetworkMajorant => {
    const { steps, fewerSteps = [] } = networkClass;
    setNorms(norms, networkClass);
    const traces = layers.map(({ blocks }, k) =>
      isRead[k] ? (kept[k]?.emptied(steps) ?? new Trace(steps, blocks)) : null,
    );
    kept = traces.map((trace) => (trace?.isSmall ? trace : null));
    const passed = isCausal ? fewerSteps : [];
    const runs = layers.map((layer, k) =>
      run(layer, traces, traces[k] ?? null, { ...networkClass, fewerSteps: passed }),
    );
    const shorter = isCausal
      ? fewerSteps.map((_, n) =>
          together(
            runs.map(({ onTheWay }) => onTheWay[n]!),
            [],
          ),
        )
      : fewerSteps.map((fewer) => answer({ ...networkClass, steps: fewer, fewerSteps: [] }));
    return together(
      runs.map(({ atTheEnd }) => atTheEnd),
      shorter,
    );
  };
  return answer;
}

/** What differs between networks besides their parameters. */
type MovingParts = Pick<StackClass, 'initialStatesMove'> & { readonly inputBlock?: string | null };

function preparedLayer(
  placed: PlacedLayer,
  others: readonly PreparedLayer[],
  context: Omit<RuleContext, 'blocks'>,
  { initialStatesMove = false, inputBlock = null }: MovingParts,
): PreparedLayer {
  const { cell, layer, reads } = placed;
  const variables = inOrder([reads]);
  const earlier = others.flatMap((other, place) => (variables.includes(other.handedOn) ? [{ ...other, place }] : []));
  const names = new Set(earlier.flatMap((other) => [...other.blocks.keys()]));
  for (const { name } of parametersOf(cell)) names.add(name);
  if (initialStatesMove) for (const { name } of cell.states) names.add(name);
  const readsInput = variables.includes(networkInput);
  if (inputBlock !== null && readsInput) names.add(inputBlock);
  const blocks = new Map([...names].map((name, k) => [name, k]));
  const recursion = new Recursion({ ...cell, ...placed, initialStatesMove, inputBlock }, { ...context, blocks });
  return {
    ...{ ...placed, recursion, blocks, readsInput },
    earlier: earlier.map((other) => ({
      ...{ place: other.place, variable: recursion.variableOf(other.handedOn) },
      isSameWay: other.layer.direction === layer.direction,
      blocks: Int32Array.from(other.blocks.keys(), (name) => blocks.get(name)!),
    })),
  };
}

/** Takes all steps of a layer, and writes what it hands on into its trace, if a later layer reads it. */
function run(
  { recursion, cell, readsInput, earlier }: PreparedLayer,
  traces: readonly (Trace | null)[],
  own: Trace | null,
  { steps, fewerSteps = [], input, initialStates }: StackClass,
): { readonly atTheEnd: Majorant; readonly onTheWay: readonly Majorant[] } {
  const starts = cell.states.map(({ name }) => initialStates?.get(name) ?? { two: 0, inf: 0 });
  const moves = recursion.start(readsInput ? input : null, starts);
  const read = earlier.map(({ place, isSameWay }) => (isSameWay ? traces[place]! : traces[place]!.largestSoFar()));
  const passed = new Map<number, Majorant>();
  for (let taken = 0; taken < steps; taken++) {
    if (fewerSteps.includes(taken)) passed.set(taken, recursion.result());
    for (let k = 0; k < earlier.length; k++) {
      const { variable, isSameWay, blocks } = earlier[k]!;
      recursion.read(variable, read[k]!, isSameWay ? taken : steps - 1 - taken, blocks);
    }
    const hasChanged = recursion.step();
    own?.record(taken, recursion.output, moves);
    // Steps that change nothing need not be taken.
    if (!hasChanged && !own && earlier.length === 0) break;
  }
  const atTheEnd = recursion.result();
  return { atTheEnd, onTheWay: fewerSteps.map((fewer) => passed.get(fewer) ?? atTheEnd) };
}
