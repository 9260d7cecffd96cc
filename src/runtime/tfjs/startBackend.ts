import type { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type * as tfWasm from '@tensorflow/tfjs-backend-wasm';
import type * as tfCore from '@tensorflow/tfjs-core';

/** What computes for TensorFlow.js: WebAssembly in one thread, or plain JavaScript, which is about twenty times slower. */
export type Backend = 'wasm' | 'cpu';

/**
 * Starts the wasm backend, or the cpu backend where WebAssembly is switched off or its files cannot be read. The imports
 * of both backends must have registered them.
 *
 * @param folder of the `.wasm` files; by default where they lie beside the running program.
 */
export async function startBackend(core: typeof tfCore, wasm: typeof tfWasm, folder = wasmFolder()): Promise<Backend> {
  const removeListeners = rememberListeners();
  try {
    wasm.setWasmPaths(folder + path.sep);
    if (await core.setBackend('wasm')) return 'wasm';
  } finally {
    removeListeners();
  }
  await core.setBackend('cpu');
  return 'cpu';
}

/** The build puts the files beside the program; a program run from its source finds them in their package. */
function wasmFolder(): string {
  const hasFiles = existsSync(path.join(__dirname, 'tfjs-backend-wasm.wasm'));
  return hasFiles ? __dirname : path.join(__dirname, '../../../node_modules/@tensorflow/tfjs-backend-wasm/dist');
}

/**
 * WebAssembly's loader makes every exception that is not caught end the process, and takes that decision away from the
 * program that is running. What it adds between the two calls is removed.
 */
function rememberListeners(): () => void {
  const emitter: EventEmitter = process;
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => [event, emitter.listeners(event)] as const);
  return () => {
    for (const [event, known] of before) {
      for (const listener of emitter.listeners(event) as (() => void)[])
        if (!known.includes(listener)) emitter.removeListener(event, listener);
    }
  };
}
