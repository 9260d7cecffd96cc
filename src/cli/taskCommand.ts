import { InvalidArgumentError, Option, type Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import type { Declarations } from '../core/declarations';
import { printable } from '../core/mapTexts';
import { Problem } from '../core/problem';
import { allowed, madeTask, optionsOf } from '../core/tasks/madeTask';
import type { Task, TaskOption, TaskSource, TaskValues } from '../core/tasks/task';
import { tasks } from '../core/tasks/tasks';
import { readNpz } from '../formats/sequences/npz';
import { writeNpz } from '../formats/sequences/writeNpz';
import { sidecarPath } from '../formats/sidecar';
import { requireNewFile, writeNewFile } from '../runtime/newCheckpointFile';
import { exitCode } from './exitCode';

interface TaskFiles {
  readonly out: string;
  readonly seed: number;
  readonly input: string;
  readonly text?: string;
  readonly from?: string;
  readonly for?: string;
}

/** Adds `recurscope task`: one command for each task, and --list. `end` is told the exit code. */
export function addTaskCommand(program: Command, end: (code: number) => void, seed: (text: string) => number): void {
  const command = program
    .command('task')
    .description('make the data of a classic sequence task; an existing file is never overwritten')
    .usage('<name> --out <file> [options]')
    .argument('[name]', 'the task')
    .option('--list', 'list the tasks and their options, and do nothing else')
    .allowUnknownOption()
    .allowExcessArguments()
    .action((name: string | undefined, { list = false }: { readonly list?: boolean }) => {
      const names = tasks.map((task) => task.name).join(', ');
      if (list) process.stdout.write(taskList());
      else process.stderr.write(printable(`${name === undefined ? 'Name a task' : `There is no task "${name}"`}: ${names}.`) + '\n'); // prettier-ignore
      end(list ? exitCode.done : exitCode.usage);
    });
  for (const task of tasks) {
    const one = command
      .command(task.name)
      .description(`${task.description} (${task.source})`)
      .requiredOption('--out <file>', 'the .npz file to be written');
    if (task.reads === 'text') one.requiredOption('--text <file>', 'the text, in UTF-8');
    if (task.reads === 'arrays') one.requiredOption('--from <file>', 'an .npz file with the arrays x (or images) and labels'); // prettier-ignore
    one.option('--seed <n>', 'of the random numbers: the same seed, the same file', seed, 0);
    for (const [name, option] of Object.entries(optionsOf(task))) one.addOption(commandOption(name, option));
    one
      .option('--input <name>', "the name of the model's input, where it has several", 'x')
      .option('--for <checkpoint>', 'write a sidecar for this checkpoint as well')
      .action(async (given: Record<string, unknown> & TaskFiles) => end(await made(task, given)));
  }
}

function commandOption(name: string, option: TaskOption): Option {
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (option.kind === 'switch') return new Option(flag, option.what);
  return new Option(`${flag} <${option.kind === 'share' ? 'share' : 'n'}>`, option.what)
    .default(option.standard)
    .argParser((text) => {
      const value = Number(text);
      const isNumber = option.kind === 'share' ? /^[\d.]+$/.test(text) : /^\d+$/.test(text);
      if (!isNumber || !(value >= option.least && value <= option.most))
        throw new InvalidArgumentError(`${allowed(option).replace(/^i/, 'I')}.`);
      return value;
    });
}

/** The tasks with their options, for people. */
export function taskList(): string {
  const lines = tasks.flatMap((task) => [
    `${task.name}: ${task.description}`,
    `  ${task.source}`,
    ...Object.entries(optionsOf(task)).map(([name, option]) => {
      const { flags } = commandOption(name, option);
      return `  ${flags.padEnd(22)} ${option.what}${option.kind === 'switch' ? '' : ` (${option.standard})`}`;
    }),
    '',
  ]);
  return lines.join('\n');
}

/** Writes the data, and never over an existing file. Facts and the sidecar stand on stdout. */
async function made(task: Task, given: Record<string, unknown> & TaskFiles): Promise<number> {
  try {
    const path = resolve(given.out);
    if (!path.toLowerCase().endsWith('.npz')) throw new Problem(`${given.out} is no .npz file: name one.`);
    const sidecar = given.for === undefined ? null : sidecarPath(resolve(given.for));
    await requireNewFile(path);
    if (sidecar) await requireNewFile(sidecar);
    const { arrays, declared, facts, count } = madeTask(task, valuesOf(task, given), given.seed, await sourceOf(given));
    const named = new Map([...arrays].map(([name, array]) => [name === 'x' ? given.input : name, array]));
    await writeNewFile(path, writeNpz(named));
    const shapes = [...named].map(([name, { dims }]) => `${name} [${dims.join(', ')}]`).join(', ');
    say(`${path}: ${count.toLocaleString('en-US')} sequences, seed ${given.seed}: ${shapes}`);
    for (const fact of facts) say(fact);
    const from = dirname(sidecar ?? path);
    const declarations: Declarations = { data: relative(from, path).split(sep).join('/'), ...declared };
    const json = `${JSON.stringify(declarations, null, 2)}\n`;
    if (sidecar) {
      await writeNewFile(sidecar, Buffer.from(json));
      say(`${sidecar} says so to every analysis of ${basename(given.for!)}.`);
    } else {
      say('What a sidecar, <checkpoint>.recurscope.json, can say about these data:');
      process.stdout.write(json);
    }
    return exitCode.done;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    process.stderr.write(`${printable(error.message)}\n`);
    return exitCode.unusable;
  }
}

const valuesOf = (task: Task, given: Readonly<Record<string, unknown>>): TaskValues =>
  Object.fromEntries(
    Object.keys(optionsOf(task)).flatMap((name) => (name in given ? [[name, Number(given[name])]] : [])),
  );

async function sourceOf({ text, from }: TaskFiles): Promise<TaskSource> {
  if (text !== undefined) return { text: (await bytesOf(text)).toString('utf8').replace(/^\uFEFF/, '') };
  if (from !== undefined) return { arrays: readNpz(await bytesOf(from), basename(from), () => undefined) };
  return {};
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new Problem(`${file} cannot be read (${error instanceof Error ? error.message : String(error)}): check the path.`); // prettier-ignore
  }
}

const say = (sentence: string): void => void process.stdout.write(`${printable(sentence)}\n`);
