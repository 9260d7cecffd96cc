/**
 * The perplexity, e to the mean cross-entropy in nats, of an n-gram model of a text on what follows it. A context of n − 1
 * symbols gives way to shorter ones by interpolation (Witten & Bell 1991, method C; Chen & Goodman 1999, equation 16): with c(h)
 * symbols seen after h, d(h) of them different,
 *
 *   p(s | h) = (c(h s) + d(h) p(s | h′)) / (c(h) + d(h)),
 *
 * where h′ lacks the first symbol of h, and before the empty context every one of `vocabulary` symbols is as likely. Contexts
 * of the test part reach back into what it begins with: the model is asked for the symbols from `from` on.
 *
 * @param symbols whole numbers from 0 to vocabulary − 1; those before `from` are what the model has seen.
 */
export function ngramPerplexity(symbols: ArrayLike<number>, from: number, vocabulary: number, n: number): number {
  const followers = counted(symbols, from, n);
  let nats = 0;
  for (let at = from; at < symbols.length; at++) {
    let p = 1 / vocabulary;
    let context = '';
    for (let order = 0; order < n && order <= at; order++) {
      if (order > 0) context = `${symbols[at - order]!} ${context}`;
      const seen = followers[order]!.get(context);
      if (seen) p = ((seen.counts.get(symbols[at]!) ?? 0) + seen.counts.size * p) / (seen.total + seen.counts.size);
    }
    nats -= Math.log(p);
  }
  return Math.exp(nats / (symbols.length - from));
}

interface Followers {
  total: number;
  readonly counts: Map<number, number>;
}

/** For each order the contexts of that many symbols, as text, and what followed them. */
function counted(symbols: ArrayLike<number>, until: number, n: number): readonly ReadonlyMap<string, Followers>[] {
  const orders = Array.from({ length: n }, () => new Map<string, Followers>());
  for (let at = 0; at < until; at++) {
    let context = '';
    for (let order = 0; order < n && order <= at; order++) {
      if (order > 0) context = `${symbols[at - order]!} ${context}`;
      let followers = orders[order]!.get(context);
      if (!followers) orders[order]!.set(context, (followers = { total: 0, counts: new Map<number, number>() }));
      followers.total++;
      followers.counts.set(symbols[at]!, (followers.counts.get(symbols[at]!) ?? 0) + 1);
    }
  }
  return orders;
}
