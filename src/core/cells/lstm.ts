import { activate, clipped } from './activation';
import { affineMap } from './affineMap';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { complement, mix, vector, type Expression } from './language';
import { lstmBound } from './stateBounds';

type Hidden = Expression<'hidden'>;

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997) with the forget gate of Gers et al. 2000 and, on request, the
 * peepholes of Gers & Schmidhuber 2000, of which the output gate's sees the new cell state. With `clip`, the arguments of the
 * gates and of the candidate are clipped, and the cell state on its way out is not: that is what onnxruntime does.
 */
export function lstm(options: CellOptions = {}): Cell {
  const { gateActivation = 'sigmoid', candidateActivation = 'tanh', outputActivation = 'tanh', bias = true } = options;
  const { peepholes = false, coupled = false, clip = null } = options;
  const heading = {
    name: 'lstm',
    source: 'Hochreiter & Schmidhuber 1997; Gers et al. 2000',
    parent: null,
    stateBound: lstmBound(gateActivation, candidateActivation, outputActivation, { clip, coupled }),
    options: { gateActivation, candidateActivation, outputActivation, bias, peepholes, coupled, clip },
    startsAt: { b_f: 1 },
    states: { h: 'hidden', c: 'hidden' },
    letters: { forget: 'f', input: 'i', output: 'o', candidate: 'a' },
  } as const;
  const gate = (letter: string, x: Expression<'input'>, h: Hidden, seen: Hidden): Hidden => {
    const peephole = peepholes ? [vector(`p_${letter}`, 'hidden').times(seen)] : [];
    return activate(gateActivation, clipped(clip, affineMap(letter, x, h, bias).plus(...peephole)));
  };
  return cell(heading, (x, { h, c }) => {
    const i = gate('i', x, h, c);
    const f = coupled ? complement(i) : gate('f', x, h, c);
    const a = activate(candidateActivation, clipped(clip, affineMap('a', x, h, bias)));
    const newC = coupled ? mix(i, c, a) : f.times(c).plus(i.times(a));
    const o = gate('o', x, h, newC);
    const newH = o.times(activate(outputActivation, newC));
    const gates = { forget: f, input: i, output: o, candidate: a };
    return { gates, states: { h: newH, c: newC }, output: newH };
  });
}
