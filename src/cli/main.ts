import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { version } from '../version';
import { analyzeCommand, type AnalyzeOptions } from './analyzeCommand';
import { cellsCommand, type CellsOptions } from './cellsCommand';
import { exitCode } from './exitCode';
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
    .option('--config <file>', 'sidecar; by default <checkpoint>.recurscope.json')
    .addOption(new Option('--json', 'print the report as JSON and nothing else').conflicts('markdown'))
    .addOption(new Option('--markdown', 'print the report as Markdown'))
    .option('--save', 'write <checkpoint>.bounds.json and <checkpoint>.bounds.md')
    .option('--max-bound <x>', 'exit with 3 when the best certified bound is above x', positive)
    .option('--max-spectral-norm <x>', 'exit with 3 when a recurrent matrix may have a larger spectral norm', positive)
    .action(async (checkpoint: string, options: AnalyzeOptions) => {
      code = await analyzeCommand(checkpoint, options);
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

void main().then((code) => (process.exitCode = code));
