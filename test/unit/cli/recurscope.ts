import { spawn } from 'node:child_process';
import path from 'node:path';

/** What the program answered to a terminal. */
export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program as `npm run build` makes it. */
export const program = path.resolve('dist/recurscope.js');

/** Runs the program as a terminal does. */
export function recurscope(args: readonly string[], { stdin = '', folder = '.' } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: folder });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => {}).end(stdin);
  });
}
