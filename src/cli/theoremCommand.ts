import { text } from 'node:stream/consumers';
import { answerTheoremCase } from '../core/bounds/theoremCase';
import { exitCode } from './exitCode';

/** Answers cases of the theory's reference file, one by one and in order; an unknown row answers with its error. */
export async function theoremCommand(): Promise<number> {
  let cases: unknown;
  try {
    cases = JSON.parse(await text(process.stdin));
  } catch (error) {
    process.stderr.write(`Standard input is not JSON (${String(error)}): pipe in an array of {id, row, inputs}.\n`);
    return exitCode.unusable;
  }
  if (!Array.isArray(cases)) {
    process.stderr.write('Standard input is not an array: pipe in an array of {id, row, inputs}.\n');
    return exitCode.unusable;
  }
  const answers = [];
  for (const theoremCase of cases as unknown[]) answers.push(await answerTheoremCase(theoremCase));
  process.stdout.write(`${JSON.stringify(answers, null, 2)}\n`);
  return answers.some((answer) => 'error' in answer) ? exitCode.unusable : exitCode.done;
}
