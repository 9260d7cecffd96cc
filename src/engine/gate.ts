/** What somebody who works on in steps asks before each of them whether it may go on. */
export interface Gate {
  /** Resolves at once while the gate is open, and else when it is opened. */
  readonly passed: () => Promise<void>;
  readonly open: () => void;
  readonly close: () => void;
}

/** An open gate. */
export function gate(): Gate {
  let waiting: (() => void)[] = [];
  let isOpen = true;
  return {
    passed: () => (isOpen ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    open() {
      isOpen = true;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
    close() {
      isOpen = false;
    },
  };
}
