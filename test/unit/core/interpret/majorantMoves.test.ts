import assert from 'node:assert/strict';
import { logMoves } from '../../../../src/core/interpret/majorantLogMoves';
import { joined, movedByBlock, unmoved, type Movement } from '../../../../src/core/interpret/majorantMovement';
import { movesOf, type Moment, type Moves } from '../../../../src/core/interpret/majorantMoves';
import { PlainMoves } from '../../../../src/core/interpret/majorantPlainMoves';
import { programOf, type Program } from '../../../../src/core/interpret/majorantProgram';
import { randomNumbers } from './randomNumbers';

const blocks = 3;
const momentOf = (): Moment => ({ mantissas: new Float64Array(blocks), exponents: new Int32Array(blocks), start: 0 });

/** The same moves on logarithms from the beginning. */
const onLogs = (program: Program, starts: Float64Array): Moves =>
  logMoves(program, blocks, {
    variables: new Float64Array((program.registers - program.instructions.length) * blocks)
      .fill(-Infinity)
      .map((_, k) => Math.log(starts[k] ?? 0)),
    largest: program.results.map(() => new Float64Array(blocks).fill(-Infinity)),
  });

/** Two states, something read, and a dozen random movements made of them. */
function randomProgram(random: () => number): { program: Program; movements: readonly Movement[] } {
  const variables = [unmoved(), unmoved(), unmoved()];
  const made: Movement[] = [];
  const pick = (): Movement => {
    const all = [...variables, ...made];
    return all[Math.floor(((random() + 1) / 2) * all.length)]!;
  };
  for (let k = 0; k < 12; k++) {
    const kind = (['sum', 'hypot', 'max', 'min', 'block', 'multiple'] as const)[k % 6]!;
    if (kind === 'block') made.push(movedByBlock(k % blocks, [pick()]));
    else if (kind === 'multiple') made.push(joined('sum', [pick()]));
    else made.push(joined(kind, [pick(), pick(), pick()].slice(k % 2)));
  }
  // States that read both of them, so that neither leaves the other behind.
  const after = [0, 1].map((k) => joined('sum', [variables[k]!, variables[1 - k]!, made.at(-1 - k)!]));
  return {
    program: programOf([...after, joined('sum', [after[0]!, pick()])], variables),
    movements: [...made, ...after],
  };
}

describe('movement over time on plain numbers', () => {
  it('is what it is on logarithms, however much it grows or shrinks', () => {
    const random = randomNumbers(3);
    let refused = 0;
    for (let trial = 0; trial < 120; trial++) {
      const { program, movements } = randomProgram(random);
      const starts = Float64Array.from({ length: 2 * blocks }, (_, k) => (k % 4 === 3 ? 0 : 1));
      const [plain, logs] = [new PlainMoves(program, blocks, starts), onLogs(program, starts)];
      const drift = [-20, -1, 0, 1, 25][trial % 5]!;
      const [handedOn, onLog, read] = [momentOf(), momentOf(), momentOf()];
      for (let step = 0; step < 200; step++) {
        for (const { logFactors } of step % 3 === 0 ? movements : []) {
          for (let k = 0; k < logFactors.length; k++) {
            logFactors[k] = random() > 0.8 ? -Infinity : 3 * random() + drift / 10;
          }
        }
        for (let k = 0; k < blocks; k++) {
          read.mantissas[k] = random() > 0.9 ? 0 : 1 + random() / 2;
          read.exponents[k] = drift * step;
        }
        const places = Int32Array.of(2, 0, 1);
        plain.read(2, read, places);
        logs.read(2, read, places);
        const changed = plain.step(step % 3 === 0);
        if (changed === null) {
          refused++;
          break;
        }
        logs.step(step % 3 === 0);
        plain.write(handedOn);
        logs.write(onLog);
        for (let k = 0; k < blocks; k++) {
          const [a, b] = [handedOn, onLog].map((of) => Math.log(of.mantissas[k]!) + of.exponents[k]! * Math.LN2);
          if (a !== b)
            assert.ok(Math.abs(a! - b!) <= 1e-11 * (1 + Math.abs(b!)), `${trial}, step ${step}: ${a} and ${b}`);
        }
      }
    }
    assert.ok(refused < 40, `${refused} of 120 were refused`);
  });

  it('goes on with logarithms where one state leaves another behind, by hand', () => {
    // The first state grows by e⁵ at every step, the second is moved by 1 more; the second alone is handed on.
    const [fast, slow] = [unmoved(), unmoved()];
    const faster = movedByBlock(0, [fast]);
    const slower = movedByBlock(0, [slow]);
    faster.logFactors.set([5, 0]);
    slower.logFactors.set([0, 0]);
    const program = programOf([faster, slower, slower], [fast, slow]);
    const moves = movesOf(program, 1, new Float64Array(2));
    for (let step = 0; step < 2000; step++) moves.step(step === 0);
    const close = (log: number, expected: number): void =>
      assert.ok(Math.abs(log - expected) <= 1e-12 * expected, `${log} instead of ${expected}`);
    close(moves.logLargest(2)[0]!, Math.log(2000));
    close(moves.logLargest(0)[0]!, 5 * 1999 - Math.log1p(-Math.exp(-5)));
  });

  it('has infinite coefficients where a factor is infinite, and none of what does not move', () => {
    const [state, other] = [unmoved(), unmoved()];
    const after = joined('sum', [state], [Infinity]);
    const still = joined('sum', [other], [Infinity]);
    const moves = movesOf(programOf([after, still, after], [state, other]), 1, Float64Array.of(1, 0));
    for (let step = 0; step < 3; step++) moves.step(step === 0);
    assert.deepEqual(
      [0, 1, 2].map((k) => moves.logLargest(k)[0]),
      [Infinity, -Infinity, Infinity],
    );
  });
});
