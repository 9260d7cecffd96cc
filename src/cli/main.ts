import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { version } from '../version';
import { analyzeCommand, type AnalyzeOptions } from './analyzeCommand';
import { cellsCommand, type CellsOptions } from './cellsCommand';
import { compareCommand, type CompareOptions } from './compareCommand';
import { devicesCommand } from './devicesCommand';
import { exitCode } from './exitCode';
import { cellOption, newCommand, type NewOptions } from './newCommand';
import { retrainCommand, type RetrainOptions } from './retrainCommand';
import { addTaskCommand } from './taskCommand';
import { theoremCommand } from './theoremCommand';

/** The program as a terminal sees it. Answers on stdout, progress and messages on stderr. */
async function main(): Promise<number> {
  let code: number = exitCode.done;
  const program = new Command('recurscope')
    .description('Says what a recurrent network really is: certified norms, gate statistics and generalization bounds.')
    .version(version)
    .exitOverride();
  program
    .command('analyze')
    .description('analyze an ONNX or TensorFlow.js checkpoint')
    .argument('<checkpoint>', 'an .onnx file or the .json of a TensorFlow.js layers-model')
    .option('--data <file>', 'sequences (.npz, .csv or .jsonl); by default what the sidecar names')
    .option(
      '--reference <checkpoint>',
      'the checkpoint this one was trained from, on other data: bounds are centred on it',
    )
    .option('--config <file>', 'sidecar; by default <checkpoint>.recurscope.json')
    .addOption(
      new Option(
        '--noise [draws]',
        'run noisy networks near the checkpoint on its training sequences, 2000 unless said',
      )
        .preset(2000)
        .argParser(draws),
    )
    .option('--quantise', 'run networks with quantised weights on the training sequences')
    .option('--ntk', 'compute the tangent kernel of the network at random weights on its training sequences')
    .option('--seed <n>', 'of noise and random weights, chosen once: the same seed, the same numbers', seed, 0)
    .addOption(new Option('--json', 'print the report as JSON and nothing else').conflicts('markdown'))
    .addOption(new Option('--markdown', 'print the report as Markdown'))
    .option('--save', 'write <checkpoint>.bounds.json and <checkpoint>.bounds.md')
    .option('--max-bound <x>', 'exit with 3 when the best certified bound is above x', positive)
    .option('--max-spectral-norm <x>', 'exit with 3 when a recurrent matrix may have a larger spectral norm', positive)
    .action(async (checkpoint: string, options: AnalyzeOptions) => {
      code = await analyzeCommand(checkpoint, options);
    });
  program
    .command('compare')
    .description(
      'rank checkpoints of one task by every measure, and say which measure goes with their generalization gap',
    )
    .argument('<checkpoints...>', 'two or more, each with its own sidecar')
    .option('--data <file>', 'sequences for all of them; by default what each sidecar names')
    .option('--reference <checkpoint>', 'the checkpoint that all of them were trained from, on other data')
    .addOption(new Option('--json', 'print the comparison as JSON and nothing else').conflicts('markdown'))
    .addOption(new Option('--markdown', 'print the comparison as Markdown'))
    .action(async (checkpoints: readonly string[], options: CompareOptions) => {
      code = await compareCommand(checkpoints, options);
    });
  program
    .command('cells')
    .description(
      'list every cell: equations, number of weights, bound of its state, and what it saves against its parent',
    )
    .option('--input-size <n>', 'input size N of the layer that is counted', layerSize)
    .option('--hidden-size <n>', 'hidden size M of the layer that is counted', layerSize)
    .option('--json', 'print an array and nothing else')
    .action((options: CellsOptions) => {
      code = cellsCommand(options);
    });
  program
    .command('new')
    .description('write an untrained network as ONNX; an existing file is never overwritten')
    .requiredOption('--cell <name>', 'its cell: recurscope cells lists them')
    .requiredOption('--input-size <n>', 'input size N (channels of a convolution)', layerSize)
    .requiredOption('--hidden-size <n>', 'hidden size M (filters of a convolution)', layerSize)
    .option('--layers <n>', 'layers one above the other', layerCount, 1)
    .option(
      '--bidirectional',
      'two of each layer, one of them backward; cells that need N = M, and conv-lstm, only in one layer',
    )
    .option('--residual', 'add what a layer reads to what it hands on, from the second layer on')
    .option('--readout <outputs>', 'a linear readout with so many scores; by default none', layerSize)
    .addOption(
      new Option('--readout-steps <which>', 'steps that a readout reads; by default last').choices([
        'last',
        'every',
        'mean',
      ]),
    )
    .option('--option <key=value...>', 'an option of the cell, such as --option bias=false', option)
    .option('--seed <n>', 'of the random numbers: the same seed, the same file', seed, 0)
    .option('--out <file>', 'by default <cell>-<N>x<M>.onnx in this folder')
    .action(async (options: NewOptions) => {
      code = await newCommand(options);
    });
  program
    .command('retrain')
    .description('train a copy of a checkpoint, with constraints that bounds speak of; the original is never touched')
    .argument('<checkpoint>', 'an .onnx file or the .json of a TensorFlow.js layers-model')
    .option('--data <file>', 'sequences with labels; by default what the sidecar names')
    .option('--config <file>', 'settings of the training (JSON); options below take their place')
    .option('--sidecar <file>', 'by default <checkpoint>.recurscope.json')
    .option('--reference <checkpoint>', 'bounds are centred on it, and "pull" pulls towards it')
    .option('--epochs <n>', 'times that every training sequence is seen; 10 unless said', layerSize)
    .option('--batch-size <n>', 'sequences a step; 32 unless said', layerSize)
    .option('--learning-rate <x>', '0.001 unless said', positive)
    .option(
      '--constraint <which...>',
      'such as spectral-norm=1, spectral-norm:U_f=1, orthogonal, frobenius-norm:V=2, pull=0.01',
    )
    .option('--seed <n>', 'the same seed, the same weights', seed)
    .addOption(
      new Option('--device <name>', 'where to compute; auto is the fastest that can: recurscope devices lists them')
        .choices(['auto', 'cpu', 'webgpu', 'cuda'])
        .default('auto'),
    )
    .option('--threads <n>', 'threads of the processor', layerSize, 2)
    .option('--out <file>', 'by default <name>.retrained-<n>.onnx beside the checkpoint')
    .option('--snapshot-every <seconds>', 'how often the training is written down', positive, 20)
    .option('--resume', 'go on from the last snapshot of this training')
    .option('--json', 'print a line of JSON for everything that happens, the result last')
    .action(async (checkpoint: string, options: RetrainOptions) => {
      code = await retrainCommand(checkpoint, options);
    });
  addTaskCommand(program, (answer) => (code = answer), seed);
  program
    .command('devices')
    .description('list what can be trained on, and why something cannot')
    .option('--json', 'print an array and nothing else')
    .action(async (options: { readonly json?: boolean }) => {
      code = await devicesCommand(options);
    });
  program
    .command('theorem')
    .description('read an array of {id, row, inputs} on stdin, print an array of {id, outputs}')
    .action(async () => {
      code = await theoremCommand();
    });
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  }
  return code;
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('It must be a number that is not negative.');
  return value;
}

/** Counts of layers that are larger than anyone's would not be whole numbers any more. */
function layerSize(text: string): number {
  const size = Number(text);
  if (!/^\d+$/.test(text) || size < 1 || size > 1_000_000) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1,000,000.');
  }
  return size;
}

/** Fewer draws than the theory asks for say little. */
function draws(text: string | number): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 2000 || count > 10_000_000) {
    throw new InvalidArgumentError('It must be a whole number from 2000 to 10,000,000.');
  }
  return count;
}

function layerCount(text: string): number {
  const count = layerSize(text);
  if (count > 128) throw new InvalidArgumentError('It must be at most 128.');
  return count;
}

function seed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 2^53 − 1.');
  }
  return value;
}

function option(text: string, before?: Record<string, unknown>): Record<string, unknown> {
  try {
    return cellOption(text, before);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

void main().then((code) => (process.exitCode = code));
