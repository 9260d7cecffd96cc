/** The same numbers in [−1, 1) for the same seed, on every machine (a linear congruence modulo 2³²). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** A seed of its own for a cell or a variant of one, which stays when others join the list (FNV-1a of its title). */
export function seedOf(title: string): number {
  let hash = 0x811c9dc5;
  for (const character of title) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  return (hash >>> 0) % 10_007;
}
