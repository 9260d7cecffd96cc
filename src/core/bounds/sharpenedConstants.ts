import type { BoundedClass, ClassConstants } from './boundedClass';
import type { InputDomain } from './inputDomain';
import { addLogs } from './logarithms';
import type { Norm } from './networkClass';

/**
 * The constants of a class for what a Rademacher bound needs, closeness on the sample in the mean square (theory 1.6): where the
 * sequences of a sample are told apart, L_A is √(mean_i L_A(X_i)²), with the largest norm and the length of the group that X_i is in. By
 * Minkowski’s inequality √(mean_i ‖y_i − y′_i‖²) ≤ Σ_A √(mean_i L_A(X_i)²) ‖A − A′‖. Radii, and so what is paid for, are
 * those of the class, which knows nothing of the sample; H_T and the largest score stay those of the whole sample.
 */
export function sharpenedConstants(network: BoundedClass, p: Norm, domain: InputDomain): ClassConstants | string {
  const whole = network.constants(p, domain);
  if (typeof whole === 'string' || !domain.groups || domain.groups.length < 2) return whole;
  const logSquares = new Map<string, number>();
  for (const { share, ...group } of domain.groups) {
    const constants = network.constants(p, { ...domain, ...group });
    if (typeof constants === 'string') return constants;
    for (const [name, log] of constants.logConstants) {
      logSquares.set(name, addLogs(logSquares.get(name) ?? -Infinity, Math.log(share) + 2 * log));
    }
  }
  const logConstants = new Map([...logSquares].map(([name, log]) => [name, log / 2]));
  return { ...whole, logConstants };
}
