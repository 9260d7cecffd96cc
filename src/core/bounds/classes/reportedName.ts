/** The name of a block as reports write it: U_f for Uf of a theorem, and "W_f of layer1" for layer1.W_f of a network. */
export function reportedName(block: string): string {
  // Names of layers may contain dots.
  const dot = block.lastIndexOf('.');
  return dot < 0 ? block.replace(/^([UWb])([a-z])$/, '$1_$2') : `${block.slice(dot + 1)} of ${block.slice(0, dot)}`;
}
