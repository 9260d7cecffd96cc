import type { PlainInstruction } from './majorantPlainInstruction';

/** Carries out all instructions on registers of plain numbers, which nobody may let overflow. */
export function runPlain(
  instructions: readonly PlainInstruction[],
  factors: Float64Array,
  blocks: number,
  values: Float64Array,
): void {
  for (const { join, register, sources, blocks: own, first } of instructions) {
    const to = register * blocks;
    const count = sources.length;
    if (join === 'sum') addUp(values, to, sources, factors, first, blocks);
    else {
      multiply(values, to, sources[0]! * blocks, factors[first]!, blocks);
      for (let k = 1; k < count; k++) joins[join](values, to, sources[k]! * blocks, factors[first + k]!, blocks);
    }
    for (let k = 0; k < own.length; k++) values[to + own[k]!]! += factors[first + count + k]!;
  }
}

/** Two terms at a time: half the reading and writing. */
function addUp(
  values: Float64Array,
  to: number,
  sources: Int32Array,
  factors: Float64Array,
  first: number,
  blocks: number,
): void {
  const count = sources.length;
  if (count === 0) values.fill(0, to, to + blocks);
  if (count === 1) multiply(values, to, sources[0]! * blocks, factors[first]!, blocks);
  for (let k = 0; k + 1 < count; k += 2) {
    const [a, b] = [sources[k]! * blocks, sources[k + 1]! * blocks];
    const [p, q] = [factors[first + k]!, factors[first + k + 1]!];
    if (k === 0) for (let j = 0; j < blocks; j++) values[to + j] = p * values[a + j]! + q * values[b + j]!;
    else for (let j = 0; j < blocks; j++) values[to + j]! += p * values[a + j]! + q * values[b + j]!;
  }
  if (count > 1 && count % 2 === 1) {
    const a = sources[count - 1]! * blocks;
    const p = factors[first + count - 1]!;
    for (let j = 0; j < blocks; j++) values[to + j]! += p * values[a + j]!;
  }
}

function multiply(values: Float64Array, to: number, from: number, factor: number, blocks: number): void {
  for (let k = 0; k < blocks; k++) values[to + k] = factor * values[from + k]!;
}

type JoinPlain = (values: Float64Array, to: number, from: number, factor: number, blocks: number) => void;

const joins: Readonly<Record<'hypot' | 'max' | 'min', JoinPlain>> = {
  hypot(values, to, from, factor, blocks) {
    for (let k = 0; k < blocks; k++) {
      const [a, b] = [values[to + k]!, factor * values[from + k]!];
      values[to + k] = Math.sqrt(a * a + b * b);
    }
  },
  max(values, to, from, factor, blocks) {
    for (let k = 0; k < blocks; k++) values[to + k] = Math.max(values[to + k]!, factor * values[from + k]!);
  },
  min(values, to, from, factor, blocks) {
    for (let k = 0; k < blocks; k++) values[to + k] = Math.min(values[to + k]!, factor * values[from + k]!);
  },
};
