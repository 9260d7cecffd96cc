/** Sequences that are bounded together: how many they are, their longest, and their largest norms of an input. */
export interface InputGroup {
  readonly count: number;
  readonly longest: number;
  readonly two: number;
  readonly inf: number;
}

/** The largest norms of an input of each sequence. */
export interface SequenceNorms {
  readonly two: Float64Array;
  readonly inf: Float64Array;
}

/** Ranks at which sequences are cut, as shares of all: the few longest, and those of the largest norm, weigh most. */
const lengthCuts = [1 / 64, 1 / 16, 1 / 4];
const normCuts = [1 / 16, 1];

/**
 * Puts sequences into at most eight groups by the norm of their inputs and by their length. Lengths are cut once for all norms,
 * all groups of one part of the norms have the same norms, and those of the first part are the largest of all: what is
 * computed step by step for the longest sequence passes through what others need.
 */
export function inputGroups(
  lengths: ArrayLike<number>,
  norms: SequenceNorms,
  members: readonly number[],
): InputGroup[] {
  const limits = lengthLimits(members.map((i) => lengths[i]!));
  const byNorm = members.toSorted((i, j) => norms.two[j]! - norms.two[i]!);
  const groups: InputGroup[] = [];
  let start = 0;
  for (const cut of normCuts) {
    const part = byNorm.slice(start, Math.ceil(cut * members.length));
    start += part.length;
    const of = start === part.length ? members : part;
    const [two, inf] = [largestOf(of, norms.two), largestOf(of, norms.inf)];
    for (const [k, longest] of limits.entries()) {
      const shorter = limits[k + 1] ?? -1;
      const count = part.filter((i) => lengths[i]! <= longest && lengths[i]! > shorter).length;
      const same = groups.findIndex((group) => group.longest === longest && group.two === two && group.inf === inf);
      if (same >= 0) groups[same] = { ...groups[same]!, count: groups[same]!.count + count };
      else if (count > 0) groups.push({ count, longest, two, inf });
    }
  }
  return groups;
}

/** The lengths at which sequences are cut, the longest first; none twice. */
function lengthLimits(lengths: readonly number[]): number[] {
  const longestFirst = lengths.toSorted((a, b) => b - a);
  const ranks = [0, ...lengthCuts.map((cut) => Math.ceil(cut * lengths.length))];
  return [...new Set(ranks.flatMap((rank) => longestFirst[rank] ?? []))];
}

function largestOf(members: readonly number[], values: Float64Array): number {
  let largest = 0;
  for (const i of members) largest = Math.max(largest, values[i]!);
  return largest;
}
