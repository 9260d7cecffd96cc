/**
 * How many sequences would bring a bound klinv(q, nats / m) down to `target`, at the same empirical loss q and the same nats
 * (theory section 5): m* = nats / kl(q ‖ target), or nats / −ln(1 − target) without an error. null where the loss alone is
 * above the target.
 */
export function sequencesNeeded(loss: number, nats: number, target: number): number | null {
  if (loss >= target) return null;
  const atZero = -Math.log1p(-target);
  const entropy =
    loss === 0 ? atZero : loss * Math.log(loss / target) + (1 - loss) * Math.log((1 - loss) / (1 - target));
  return Math.ceil(nats / entropy);
}
