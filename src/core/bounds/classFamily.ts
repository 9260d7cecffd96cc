import { certifiedRow, type Method } from './certifiedRow';
import type { Norm } from './classes/networkClass';
import type { Row } from './row';
import type { RowContext } from './rowContext';

/** The names of the certified rows about a class of networks, by method. */
export type ClassIds = Readonly<Record<Method, string>>;

export const prefixedIds = (prefix: string): ClassIds => ({
  dudley: `${prefix}-Dudley1`,
  entropy: `${prefix}-Dudley`,
  rademacher: `${prefix}-Rad1`,
  occam: `${prefix}-Occam`,
  pacBayes: `${prefix}-PBM`,
});

const methods: readonly { readonly method: Method; readonly norms: readonly Norm[]; readonly title: string }[] = [
  { method: 'dudley', norms: [2, 'inf'], title: 'Dudley’s entropy integral, repaired' },
  { method: 'entropy', norms: [2, 'inf'], title: 'Dudley’s entropy integral over the losses, in many steps' },
  { method: 'rademacher', norms: [2, 'inf'], title: 'Rademacher complexity with one level of chaining' },
  { method: 'occam', norms: [2, 'inf'], title: 'a Chernoff bound over a finite cover' },
  { method: 'pacBayes', norms: [2], title: 'PAC-Bayes with Gaussian noise and Maurer’s constant' },
];

/** Every certified row that a bound on the Lipschitz constants gives. */
export function classFamily(
  ids: ClassIds,
  constants: string,
  bounded: (context: RowContext) => ReturnType<RowContext['theorem']>,
): readonly Row[] {
  return methods.flatMap(({ method, norms, title }) =>
    norms.map((p): Row => {
      const source = `${title}, with the constants of ${constants}`;
      const header = { id: ids[method], status: 'certified', p, source } as const;
      return { header, answer: (context) => certifiedRow(context, header, method, bounded(context)) };
    }),
  );
}
