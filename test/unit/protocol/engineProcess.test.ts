import assert from 'node:assert/strict';
import { join } from 'node:path';
import { startEngine } from '../../../src/protocol/engineProcess';
import type { Engine } from '../../../src/protocol/engineProcess';

const program = join(__dirname, 'standInEngine.mjs');

describe('startEngine', () => {
  let engine: Engine;
  let phases: string[];
  let printed: string;
  let ended: number;

  beforeEach(() => {
    phases = [];
    printed = '';
    ended = 0;
    engine = startEngine({
      program,
      progress: ({ phase }) => void phases.push(phase),
      log: (text) => void (printed += text),
      ended: () => void ended++,
    });
  });
  afterEach(() => engine.dispose());

  const ask = (checkpoint: string) => engine.api.analyze({ checkpoint, data: null, config: null, mayRun: true });

  it('hears progress before the answer, and what the process prints', async () => {
    const answer = await ask('progress');
    assert.deepEqual(phases, ['Reading']);
    assert.deepEqual((answer as unknown as { execArgv: string[] }).execArgv, []);
    while (printed === '') await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(printed, 'a native library speaks\n');
    assert.equal(ended, 0);
  });

  it('names the exit code of a process that ends in the middle of a call', async () => {
    await assert.rejects(ask('exit'), /ended unexpectedly \(exit code 7\)/);
    assert.equal(ended, 1);
  });

  it('names the signal of a crash', async () => {
    await assert.rejects(ask('crash'), /ended unexpectedly \(signal SIGABRT\)/);
  });

  it('says that the memory ran out when the process said so', async () => {
    await assert.rejects(ask('memory'), /ran out of memory/);
  });

  it('says that the process was killed', async () => {
    await assert.rejects(ask('killed'), /was killed/);
    assert.equal(ended, 1);
  });

  it('rejects later calls with the same cause', async () => {
    await assert.rejects(ask('exit'));
    await assert.rejects(ask('progress'), /exit code 7/);
  });

  it('rejects a waiting call with the reason it was stopped for, and does not call that an unexpected end', async () => {
    const waiting = ask('silence');
    engine.dispose('Cancelled.');
    await assert.rejects(waiting, { message: 'Cancelled.' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(ended, 0);
  });

  it('says why a program that is not there cannot be started', async () => {
    const missing = startEngine({ program: join(__dirname, 'nothing.mjs'), progress: () => {}, log: () => {} });
    await assert.rejects(
      missing.api.analyze({ checkpoint: '', data: null, config: null, mayRun: true }),
      /ended unexpectedly \(exit code 1\)/,
    );
  });
});
