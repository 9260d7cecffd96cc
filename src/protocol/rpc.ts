/** One end of a wire between two processes that carries structured-clonable messages, in order. */
export interface Channel {
  send(message: object): void;
  /** Called once, by `connect`. */
  listen(receive: (message: unknown) => void): void;
}

/** What a peer can be asked for: methods of at most one argument. Both ends come from the same build. */
type Methods<Api> = { [Name in keyof Api]: (argument: never) => unknown };
type Name<Api> = keyof Api & string;
type Argument<Method> = Method extends (...given: infer Given) => unknown ? Given : never;
type Answer<Method> = Method extends (argument: never) => infer Value ? Awaited<Value> : never;

/** The other end, as a set of methods. */
export interface Peer<Theirs> {
  /** Asks and waits; rejects with a RemoteError if the other end failed, or with the reason it went away. */
  call<N extends Name<Theirs>>(name: N, ...argument: Argument<Theirs[N]>): Promise<Answer<Theirs[N]>>;
  /** Tells, and expects no answer; nothing happens if the other end is gone. */
  tell<N extends Name<Theirs>>(name: N, ...argument: Argument<Theirs[N]>): void;
  /** The other end is gone: every waiting call, and every later one, rejects with this message. */
  close(reason: string): void;
}

/** A failure of the other end: a message for the user and, for the log, where it came from. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  constructor(
    message: string,
    readonly details: string | null,
  ) {
    super(message);
  }
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Joins two processes by a channel: answers `ours`, and hands back the other end to be asked. */
export function connect<Theirs extends Methods<Theirs>, Ours extends Methods<Ours>>(
  channel: Channel,
  ours: Ours,
): Peer<Theirs> {
  const waiting = new Map<number, Waiting>();
  const methods = new Map<string, (argument: unknown) => unknown>(Object.entries(ours));
  let closed: string | null = null;
  let last = 0;

  channel.listen((message) => {
    if (typeof message !== 'object' || message === null || closed !== null) return;
    if ('method' in message && typeof message.method === 'string') {
      const id = 'id' in message && typeof message.id === 'number' ? message.id : null;
      void answer(message.method, 'argument' in message ? message.argument : undefined, id);
    } else if ('reply' in message && typeof message.reply === 'number') {
      const call = waiting.get(message.reply);
      waiting.delete(message.reply);
      if ('ok' in message) call?.resolve(message.ok);
      else call?.reject(readError('err' in message ? message.err : null));
    }
  });

  async function answer(name: string, argument: unknown, id: number | null): Promise<void> {
    let reply: object;
    try {
      const method = methods.get(name);
      if (!method) throw new Error(`There is no method ${name} on this end.`);
      reply = { reply: id, ok: await method(argument) };
    } catch (error) {
      reply = { reply: id, err: describe(error) };
    }
    if (id !== null && closed === null) channel.send(reply);
  }

  return {
    call(name, ...argument) {
      return new Promise((resolve, reject) => {
        if (closed !== null) return reject(new RemoteError(closed, null));
        const id = ++last;
        // The reply to this id is the answer of this method, written by the same build at the other end.
        waiting.set(id, { resolve, reject });
        channel.send({ id, method: name, argument: argument[0] });
      });
    },
    tell(name, ...argument) {
      if (closed === null) channel.send({ method: name, argument: argument[0] });
    },
    close(reason) {
      closed ??= reason;
      for (const call of waiting.values()) call.reject(new RemoteError(closed, null));
      waiting.clear();
    },
  };
}

function describe(error: unknown): { message: string; details: string | null } {
  if (error instanceof RemoteError) return { message: error.message, details: error.details };
  if (error instanceof Error) return { message: error.message, details: error.stack ?? null };
  return { message: String(error), details: null };
}

function readError(error: unknown): RemoteError {
  if (typeof error !== 'object' || error === null)
    return new RemoteError('The other end failed without a reason.', null);
  const message = 'message' in error && typeof error.message === 'string' ? error.message : 'Unknown failure.';
  const details = 'details' in error && typeof error.details === 'string' ? error.details : null;
  return new RemoteError(message, details);
}
