import assert from 'node:assert/strict';
import type { Channel } from '../../../src/protocol/rpc';
import { connect, RemoteError } from '../../../src/protocol/rpc';

interface Calculator {
  half(x: number): number;
  slow(label: string): Promise<string>;
  fail(message: string): never;
}
interface Listener {
  heard(word: string): void;
}

/** Two ends of one wire; messages are structured clones, as between processes. */
function wire(): [Channel, Channel, object[]] {
  const ends: { receive: ((message: unknown) => void) | null }[] = [{ receive: null }, { receive: null }];
  const sent: object[] = [];
  const channel = (from: number): Channel => ({
    send: (message) => {
      const copy = structuredClone(message);
      sent.push(copy);
      queueMicrotask(() => ends[1 - from]!.receive?.(copy));
    },
    listen: (receive) => void (ends[from]!.receive = receive),
  });
  return [channel(0), channel(1), sent];
}

function pair(release = new Map<string, () => void>()) {
  const [left, right, sent] = wire();
  const heard: string[] = [];
  const asking = connect<Calculator, Listener>(left, { heard: (word) => void heard.push(word) });
  const answering = connect<Listener, Calculator>(right, {
    half: (x) => x / 2,
    slow: (label) => new Promise((resolve) => release.set(label, () => resolve(`done ${label}`))),
    fail: (message) => {
      throw message.startsWith('details') ? new RemoteError(message, 'where it was') : new Error(message);
    },
  });
  return { asking, answering, heard, sent, left, right };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('rpc', () => {
  it('answers a call with the value of the method', async () => {
    assert.equal(await pair().asking.call('half', 6), 3);
  });

  it('keeps numbers that JSON has not', async () => {
    assert.equal(await pair().asking.call('half', Infinity), Infinity);
    assert.equal(await pair().asking.call('half', NaN), NaN);
  });

  it('gives each of several waiting calls its own answer, in whatever order they come', async () => {
    const release = new Map<string, () => void>();
    const { asking } = pair(release);
    const order: string[] = [];
    const first = asking.call('slow', 'first').then((answer) => order.push(answer));
    const second = asking.call('slow', 'second').then((answer) => order.push(answer));
    await turn();
    release.get('second')!();
    await turn();
    release.get('first')!();
    await Promise.all([first, second]);
    assert.deepEqual(order, ['done second', 'done first']);
  });

  it('forwards an error with its message and where it came from', async () => {
    await assert.rejects(pair().asking.call('fail', 'no weights'), (error: unknown) => {
      assert(error instanceof RemoteError);
      assert.equal(error.message, 'no weights');
      assert.match(error.details ?? '', /rpc\.test\.ts/);
      return true;
    });
  });

  it('forwards the details that the other end chose', async () => {
    await assert.rejects(pair().asking.call('fail', 'details please'), (error: unknown) => {
      assert(error instanceof RemoteError);
      assert.equal(error.details, 'where it was');
      return true;
    });
  });

  it('rejects every waiting call with the cause when the other end is gone, and every later one', async () => {
    const { asking } = pair();
    const waiting = [asking.call('slow', 'a'), asking.call('slow', 'b')];
    asking.close('The process was killed.');
    for (const call of [...waiting, asking.call('half', 1)]) {
      await assert.rejects(call, { name: 'RemoteError', message: 'The process was killed.' });
    }
  });

  it('keeps the first cause', async () => {
    const { asking } = pair();
    asking.close('Cancelled.');
    asking.close('The process was killed.');
    await assert.rejects(asking.call('half', 1), { message: 'Cancelled.' });
  });

  it('tells without waiting, and sends nothing back', async () => {
    const { answering, heard, sent } = pair();
    answering.tell('heard', 'reading');
    await turn();
    assert.deepEqual(heard, ['reading']);
    assert.equal(sent.length, 1);
  });

  it('answers an unknown method with a sentence instead of silence', async () => {
    const [left, right] = wire();
    const asking = connect<{ newer(): void }, object>(left, {});
    connect<object, object>(right, {});
    await assert.rejects(asking.call('newer'), /no method newer/);
  });

  it('does not take a property of every object for a method', async () => {
    const [left, right] = wire();
    const asking = connect<{ toString(): string }, object>(left, {});
    connect<object, object>(right, {});
    await assert.rejects(asking.call('toString'), /no method toString/);
  });

  it('survives messages of somebody else on the same channel', async () => {
    const { asking, right } = pair();
    for (const noise of [{}, { reply: 'x' }, { reply: 99, ok: 1 }, { id: 1 }]) right.send(noise);
    await turn();
    assert.equal(await asking.call('half', 2), 1);
  });
});
