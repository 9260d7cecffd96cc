import { inOrder, type Expression } from '../../core/cells/language';
import type { Adjoint, MatrixPair } from '../../core/interpret/differentiate';
import type { Main } from './main';
import { structuredGradient } from './structuredGradient';

/**
 * Adds the gradients of all weights that the roots are made of: tensors by the names of the weights, in the shape in which
 * they are stored. They are sums over all steps and sequences, made outside of the loops.
 */
export function addWeightGradients(
  main: Main,
  { of, pairs }: Adjoint,
  roots: readonly Expression[],
): ReadonlyMap<string, string> {
  const terms = new Map<string, string[]>();
  // A parameter that is met in several places, as in a tied matrix, has a gradient that is a sum.
  const add = (name: string, term: string): void => void terms.set(name, [...(terms.get(name) ?? []), term]);
  const isDense = ({ matrix }: MatrixPair): boolean => matrix.structure.kind === 'dense';

  const byOperand = new Map<Expression, MatrixPair[]>();
  for (const pair of pairs.filter(isDense)) {
    byOperand.set(pair.operand, [...(byOperand.get(pair.operand) ?? []), pair]);
  }
  for (const [operand, together] of byOperand) {
    const wanted = together.map(({ matrix, cotangent }) => ({ name: matrix.name, cotangent }));
    const product = (stack: string): string => main.apply('Gemm', [stack, main.everywhere(operand)], { transA: 1 });
    reduceTogether(main, wanted, product, add);
  }
  for (const { matrix, cotangent, operand } of pairs.filter((pair) => !isDense(pair))) {
    const gradient = structuredGradient(main, matrix, main.everywhere(cotangent), main.everywhere(operand));
    add(matrix.name, gradient);
  }
  const vectors = inOrder(roots).flatMap((e) => {
    const cotangent = e.operation === 'vector' ? of(e) : undefined;
    return cotangent ? [{ name: e.name, cotangent }] : [];
  });
  reduceTogether(main, vectors, (stack) => sumOverRows(main, stack), add);
  return new Map(
    [...terms].map(([name, list]) => [name, list.reduce((total, term) => main.apply('Add', [total, term]))]),
  );
}

const sumOverRows = (main: Main, tensor: string): string =>
  main.apply('ReduceSum', [tensor, main.integers([0])], { keepdims: 0 });

/**
 * Sums something over all rows for each cotangent. Cotangents that lie side by side already share the work: all matrices
 * that read one operand get their gradients from one matrix product, all biases from one sum.
 */
function reduceTogether(
  main: Main,
  wanted: readonly { readonly name: string; readonly cotangent: Expression }[],
  reduce: (stack: string) => string,
  add: (name: string, term: string) => void,
): void {
  const names = new Map<Expression, string[]>();
  for (const { name, cotangent } of wanted) names.set(cotangent, [...(names.get(cotangent) ?? []), name]);
  const done = new Set<Expression>();
  for (const cotangent of names.keys()) {
    if (done.has(cotangent)) continue;
    const home = main.home(cotangent)?.members ?? [];
    const members = home.length > 0 && home.every((e) => names.has(e)) ? home : [cotangent];
    const reduced = reduce(members.length === 1 ? main.everywhere(cotangent) : main.pack(members));
    const widths = members.map((e) => main.width([e]));
    const parts = members.length === 1 ? [reduced] : main.split(reduced, widths, 0);
    for (const [k, e] of members.entries()) {
      // A stack may hold one cotangent twice, for two matrices that read the same operand.
      if (done.has(e)) continue;
      done.add(e);
      for (const name of names.get(e)!) add(name, parts[k]!);
    }
  }
}
