import { logAdd, logHypot, logTimes, logZero } from './logDomain';
import type { Moves } from './majorantMoves';
import { refreshFactors, type Instruction, type Program } from './majorantProgram';

/** Logarithms of the variables of a program, and of the largest that its results have been. */
export interface LogState {
  readonly variables: Float64Array;
  readonly largest: readonly Float64Array[];
}

/** Runs a program on logarithms: for numbers of any size. */
export function logMoves(program: Program, blocks: number, { variables, largest }: LogState): Moves {
  const { results } = program;
  const values = new Float64Array(program.registers * blocks);
  values.set(variables);
  const states = results.length - 1;
  const next = new Float64Array(results.length * blocks);
  const handedOn = next.subarray(states * blocks);
  let isStale = true;
  return {
    read(variable, { mantissas, exponents, start }, places) {
      for (let k = 0; k < places.length; k++) {
        const place = variable * blocks + places[k]!;
        const log = Math.log(mantissas[start + k]!) + exponents[start + k]! * Math.LN2;
        isStale ||= values[place] !== log;
        values[place] = log;
      }
    },
    step(factorsChanged) {
      if (!factorsChanged && !isStale) return false;
      if (factorsChanged) refreshFactors(program);
      runLogs(program, blocks, values);
      isStale = false;
      for (const [k, register] of results.entries()) {
        next.set(values.subarray(register * blocks, (register + 1) * blocks), k * blocks);
      }
      for (let k = 0; k < next.length; k++) {
        const most = largest[Math.floor(k / blocks)]!;
        most[k % blocks] = Math.max(most[k % blocks]!, next[k]!);
        if (k >= states * blocks) continue;
        isStale ||= values[k] !== next[k];
        values[k] = next[k]!;
      }
      return isStale;
    },
    write({ mantissas, exponents, start }) {
      for (let k = 0; k < blocks; k++) {
        const log = handedOn[k]!;
        const exponent = Number.isFinite(log) ? Math.round(log / Math.LN2) : 0;
        exponents[start + k] = exponent;
        mantissas[start + k] = Math.exp(log - exponent * Math.LN2);
      }
    },
    logLargest: (result) => largest[result]!,
  };
}

/** ln of the result of a program without states, by block, from that of its variables. */
export function runOnce(
  program: Program,
  blocks: ReadonlyMap<string, number>,
  variables: readonly ReadonlyMap<string, number>[],
): Float64Array {
  const values = new Float64Array(program.registers * blocks.size).fill(logZero);
  for (const [k, logMoves] of variables.entries()) {
    for (const [name, log] of logMoves) values[k * blocks.size + blocks.get(name)!] = log;
  }
  refreshFactors(program);
  runLogs(program, blocks.size, values);
  const [register] = program.results;
  return values.slice(register! * blocks.size, (register! + 1) * blocks.size);
}

/** Carries out all instructions on registers that hold logarithms. */
function runLogs({ instructions, logFactors }: Program, blocks: number, values: Float64Array): void {
  for (const { join, register, sources, blocks: own, first } of instructions) {
    const joinLogs = joins[join];
    for (let block = 0; block < blocks; block++) {
      let log = join === 'min' ? Infinity : logZero;
      for (const [k, source] of sources.entries()) {
        log = joinLogs(log, logTimes(logFactors[first + k]!, values[source * blocks + block]!));
      }
      values[register * blocks + block] = log;
    }
    for (const [k, block] of own.entries()) {
      const place = register * blocks + block;
      values[place] = logAdd(values[place]!, logFactors[first + sources.length + k]!);
    }
  }
}

const joins: Readonly<Record<Instruction['join'], (a: number, b: number) => number>> = {
  sum: logAdd,
  hypot: logHypot,
  max: Math.max,
  min: Math.min,
};
