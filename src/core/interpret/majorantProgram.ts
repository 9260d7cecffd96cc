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
  readonly paths: Paths;
}

/** A factor is the product of those on the way from a movement to what it was made part of. */
type Path = readonly { readonly logFactors: Float64Array; readonly k: number }[];

/** One path after the other: the numbers of the n-th end before `ends[n]`. */
interface Paths {
  readonly logFactors: readonly Float64Array[];
  readonly places: Int32Array;
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
  const paths: Path[] = [];

  const registerOf = (movement: Movement): number => {
    const found = registers.get(movement);
    if (found !== undefined) return found;
    const terms: { readonly source: number; readonly path: Path }[] = [];
    const own: { readonly block: number; readonly path: Path }[] = [];
    const collect = ({ terms: read, block, logFactors }: Movement, path: Path): void => {
      for (const [k, term] of read.entries()) {
        const longer: Path = [...path, { logFactors, k }];
        if (movement.join === 'sum' ? isPart(term) : isMultiple(term)) collect(term, longer);
        else terms.push({ source: registerOf(term), path: longer });
      }
      if (block !== null) own.push({ block, path: [...path, { logFactors, k: read.length }] });
    };
    collect(movement, []);
    const register = registers.size;
    registers.set(movement, register);
    instructions.push({
      ...{ join: movement.join, register, first: paths.length },
      ...{ sources: terms.map(({ source }) => source), blocks: own.map(({ block }) => block) },
    });
    paths.push(...terms.map(({ path }) => path), ...own.map(({ path }) => path));
    return register;
  };

  const found = results.map(registerOf);
  return {
    ...{ instructions, registers: registers.size, results: found },
    ...{ logFactors: new Float64Array(paths.length), paths: laidOut(paths) },
  };
}

function laidOut(paths: readonly Path[]): Paths {
  const all = paths.flat();
  let end = 0;
  return {
    logFactors: all.map(({ logFactors }) => logFactors),
    places: Int32Array.from(all, ({ k }) => k),
    ends: Int32Array.from(paths, ({ length }) => (end += length)),
  };
}

/** Works out the factors from what the rules have last said. */
export function refreshFactors({ paths: { logFactors: parts, places, ends }, logFactors }: Program): void {
  let part = 0;
  for (let factor = 0; factor < ends.length; factor++) {
    let log = 0;
    for (; part < ends[factor]!; part++) log += parts[part]![places[part]!]!;
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
