/**
 * Gives every name once: a name that was given before gets a number behind it, "name (2)". Nodes of one name are common in
 * the branches of an If.
 */
export function unusedNames(): (name: string) => string {
  const given = new Set<string>();
  // Where counting goes on for each name, so that many nodes of one name take no longer than as many names.
  const counts = new Map<string, number>();
  return (name) => {
    let count = counts.get(name) ?? 1;
    let candidate = name;
    while (given.has(candidate)) candidate = `${name} (${++count})`;
    counts.set(name, count);
    given.add(candidate);
    return candidate;
  };
}
