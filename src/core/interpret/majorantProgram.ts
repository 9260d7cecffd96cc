import type { Movement } from './majorantMovement';

/** What a register becomes, a register being a number for each block. */
export interface Instruction {
  readonly join: Movement['join'];
  readonly register: number;
  /** The registers that are joined. */
  readonly sources: readonly number[];
  /** The places of the blocks that are added directly. */
  readonly blocks: readonly number[];
  /** Where its factors begin: those of its sources, then those of its blocks. */
  readonly first: number;
}

/** Movements written out as instructions, one after the other. */
export interface Program {
  readonly instructions: readonly Instruction[];
  /** How many there are. Those of the variables come first, in their order; whoever runs the program sets them. */
  readonly registers: number;
  /** Where the results are, in their order. */
  readonly results: readonly number[];
  /** ln of all factors, and where they come from. */
  readonly logFactors: Float64Array;
  readonly ways: Ways;
}

/** The ways from movements to what they were made part of, each the one before it and a factor more; the first is no way at all. */
interface Ways {
  /** The number of the way before each, which comes sooner. */
  readonly before: Int32Array;
  /** Where its own factor is. */
  readonly logFactors: readonly Float64Array[];
  readonly places: Int32Array;
  /** ln of the product of all factors on each. */
  readonly logs: Float64Array;
  /** The way whose product each factor of the program is. */
  readonly ends: Int32Array;
}

/**
 * A multiple is made part of what reads it, and so is a sum that only one other sum reads. What several read is computed
 * once.
 */
export function programOf(results: readonly Movement[], variables: readonly Movement[]): Program {
  const registers = new Map(variables.map((variable, k) => [variable, k]));
  const kept = new Set([...variables, ...results]);
  const isSum = (m: Movement): boolean => m.join === 'sum' && !kept.has(m);
  const isShort = (m: Movement): boolean => isSum(m) && m.logFactors.length <= 1;
  const isMultiple = (m: Movement): boolean => isShort(m) && m.terms.length === 1;
  const uses = usesOf(results, isShort);
  const isPart = (m: Movement): boolean => isShort(m) || (isSum(m) && uses.get(m) === 1);
  const instructions: Instruction[] = [];
  const ways: { readonly before: number; readonly logFactors: Float64Array; readonly place: number }[] = [
    { before: 0, logFactors: Float64Array.of(0), place: 0 },
  ];
  const wayOn = (before: number, logFactors: Float64Array, place: number): number =>
    ways.push({ before, logFactors, place }) - 1;
  const ends: number[] = [];

  const registerOf = (movement: Movement): number => {
    const found = registers.get(movement);
    if (found !== undefined) return found;
    const terms: { readonly source: number; readonly way: number }[] = [];
    const own: { readonly block: number; readonly way: number }[] = [];
    const collect = ({ terms: read, block, logFactors }: Movement, way: number): void => {
      for (const [k, term] of read.entries()) {
        const longer = wayOn(way, logFactors, k);
        if (movement.join === 'sum' ? isPart(term) : isMultiple(term)) collect(term, longer);
        else terms.push({ source: registerOf(term), way: longer });
      }
      if (block !== null) own.push({ block, way: wayOn(way, logFactors, read.length) });
    };
    collect(movement, 0);
    const register = registers.size;
    registers.set(movement, register);
    instructions.push({
      ...{ join: movement.join, register, first: ends.length },
      ...{ sources: terms.map(({ source }) => source), blocks: own.map(({ block }) => block) },
    });
    ends.push(...terms.map(({ way }) => way), ...own.map(({ way }) => way));
    return register;
  };

  const found = results.map(registerOf);
  return {
    ...{ instructions, registers: registers.size, results: found },
    logFactors: new Float64Array(ends.length),
    ways: {
      before: Int32Array.from(ways, ({ before }) => before),
      logFactors: ways.map(({ logFactors }) => logFactors),
      places: Int32Array.from(ways, ({ place }) => place),
      ...{ logs: new Float64Array(ways.length), ends: Int32Array.from(ends) },
    },
  };
}

/** Works out the factors from what the rules have last said. */
export function refreshFactors({ ways: { before, logFactors: parts, places, logs, ends }, logFactors }: Program): void {
  for (let way = 1; way < before.length; way++) logs[way] = logs[before[way]!]! + parts[way]![places[way]!]!;
  for (let factor = 0; factor < ends.length; factor++) {
    const log = logs[ends[factor]!]!;
    // Nothing times a number too large to hold is not a number, and is to be nothing.
    logFactors[factor] = Number.isNaN(log) ? -Infinity : log;
  }
}

/** How often each movement is read, through those that are always made part of their readers. */
function usesOf(results: readonly Movement[], isShort: (m: Movement) => boolean): ReadonlyMap<Movement, number> {
  const ordered = new Set<Movement>();
  const visit = (m: Movement): void => {
    if (ordered.has(m)) return;
    m.terms.forEach(visit);
    ordered.add(m);
  };
  results.forEach(visit);
  const uses = new Map<Movement, number>();
  for (const reader of [...ordered].reverse()) {
    const times = isShort(reader) ? uses.get(reader)! : 1;
    for (const term of reader.terms) uses.set(term, (uses.get(term) ?? 0) + times);
  }
  return uses;
}
