import type { BoundedClass, ClassConstants } from './boundedClass';
import type { InputDomain } from './inputDomain';
import { addLogs } from '../numbers/logarithms';
import type { Norm } from './networkClass';

/**
 * The constants of a class for what a Rademacher bound needs, closeness on the sample in the mean square (theory 1.6): where the
 * sequences of a sample are told apart, L_A is √(mean_i L_A(X_i)²), with the largest norm and the length of the group that X_i is in. By
 * Minkowski’s inequality √(mean_i ‖y_i − y′_i‖²) ≤ Σ_A √(mean_i L_A(X_i)²) ‖A − A′‖. Radii, and so what is paid for, are
 * those of the class, which knows nothing of the sample; H_T and the largest score stay those of the whole sample.
 */
export function sharpenedConstants(network: BoundedClass, p: Norm, domain: InputDomain): ClassConstants | string {
  const answers = known.get(network) ?? new Map<string, ClassConstants | string>();
  known.set(network, answers);
  const key = JSON.stringify([p, domain.steps, domain.inputNorm, domain.groups]);
  const answer = answers.get(key) ?? constantsOf(network, p, domain);
  answers.set(key, answer);
  return answer;
}

/** Several rows ask for those of one class. */
const known = new WeakMap<BoundedClass, Map<string, ClassConstants | string>>();

function constantsOf(network: BoundedClass, p: Norm, domain: InputDomain): ClassConstants | string {
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
