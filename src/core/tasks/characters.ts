import { Problem } from '../problem';
import type { Tensor } from '../sequences';
import { ngramPerplexity } from './ngram';
import { room } from './room';
import { off, share, task, whole } from './task';

/** Longer contexts than these are seen too rarely in a text that one reads from a file. */
const longestContext = 5;

/**
 * A text in pieces of equal length, one after the other; what follows each character is its label. Characters are numbered in
 * the order of their code points. The last pieces are held out, so what is held out follows what is trained on. Pieces of one
 * text are not drawn independently of each other, which every generalization bound asks for.
 */
export const characters = task({
  name: 'characters',
  description: 'tell the next character of a text (classification, every step)',
  source: 'Mikolov et al. 2012; baseline by Witten & Bell 1991, as in Chen & Goodman 1999',
  reads: 'text',
  options: {
    length: whole(100, 1, 1_000_000, 'characters in a piece'),
    heldOut: share(0.1, 'the share of the pieces that is held out, the last ones'),
    indices: off('numbers of characters, for an embedding, instead of one-hot inputs'),
  },
  make({ length, heldOut, indices }, _random, { text = '' }) {
    const letters = [...text];
    const alphabet = [...new Set(letters)].sort((p, q) => p.codePointAt(0)! - q.codePointAt(0)!);
    const count = Math.floor((letters.length - 1) / length);
    if (count < 1) throw new Problem(`The text has ${letters.length} characters, too few for a piece of ${length} and what follows: give --length less.`); // prettier-ignore
    const numberOf = new Map(alphabet.map((letter, k) => [letter, k]));
    const symbols = Int32Array.from(letters, (letter) => numberOf.get(letter)!);
    const width = alphabet.length;
    const used = symbols.subarray(0, count * length);
    const held = Math.floor(count * heldOut);
    const x: Tensor = indices
      ? { dims: [count, length], values: used.slice() }
      : { dims: [count, length, width], values: oneHot(used, room(count, length, width), width) };
    return {
      count,
      arrays: new Map([
        ['x', x],
        ['labels', { dims: [count, length], values: symbols.slice(1, count * length + 1) }],
        [
          'holdout',
          { dims: [count], values: Uint8Array.from({ length: count }, (_, k) => (k >= count - held ? 1 : 0)) },
        ],
      ]),
      declared: {
        task: 'classification',
        independentSequences: false,
        inputDomain: { ...(indices ? {} : { norm2: 1, normInf: 1 }), maxLength: length },
      },
      facts: [
        `${width} different characters, in this order: ${JSON.stringify(alphabet.join(''))}.`,
        ...(held === 0 ? [] : [baseline(symbols.subarray(0, count * length + 1), (count - held) * length + 1, width)]),
      ],
    };
  },
});

function oneHot(symbols: Int32Array, values: Float32Array, width: number): Float32Array {
  for (const [at, symbol] of symbols.entries()) values[at * width + symbol] = 1;
  return values;
}

function baseline(symbols: Int32Array, from: number, width: number): string {
  const orders = Array.from({ length: longestContext }, (_, k) => k + 1);
  const told = orders.map((n) => `${n}-gram ${ngramPerplexity(symbols, from, width, n).toFixed(3)}`);
  return `Perplexity of the held-out part by models of the rest that count: ${told.join(', ')}.`;
}
