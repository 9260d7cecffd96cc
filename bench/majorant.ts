/**
 * The majorant calculus, which reads Lipschitz constants off the equations of any network, against the recursion of Theorem 5
 * written by hand for one LSTM layer; then the bounds of a network: one search for noise scales, the rows that search, which
 * make several, and all other rows about classes, as the panel asks for them, with the losses on the grid of γ in a table.
 *
 *     npm run bench -- majorant
 *
 * All take turns, in processor time; of its turns each shows the fastest, which depends least on what else the machine does.
 * The first time in a process, when nothing has been compiled yet, is shown beside it.
 */
import { calculusClass } from '../src/core/bounds/classes/calculusClass';
import { someBounds } from '../src/core/bounds/everyBound';
import type { BoundQuestion } from '../src/core/bounds/boundQuestion';
import { tabulated } from '../src/core/bounds/margins/lossesOnGrid';
import { lstmRecursion } from '../src/core/bounds/recursions/lstmRecursion';
import type { RecursionSetting } from '../src/core/bounds/classes/networkClass';
import { initialNetwork } from '../src/core/cells/initialNetwork';
import { cellNamed } from '../src/core/cells/cells';
import type { Network } from '../src/core/cells/network';
import { parametersOf, storedShape } from '../src/core/cells/parametersOf';
import { stack } from '../src/core/cells/stack';
import type { Checkpoint, Parameter, RecurrentLayer } from '../src/core/checkpoint';
import { networkMajorants } from '../src/core/interpret/majorantNetwork';
import { checkpointOf, margins, questionOf, sampleOf, smallVanilla } from '../test/unit/core/bounds/networkQuestion';

const width = 16;
const turns = 40;

const stackOf = (layers: number): Network =>
  stack({
    ...{ cell: 'lstm', options: {}, inputSize: width, hiddenSize: width, layers },
    ...{ bidirectional: false, residual: false, readout: 2, readoutSteps: 'last' },
  });

/** Milliseconds of processor time that this process has used: it does not count what else the machine does. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** ms of each, the first time and the fastest. */
function timed(programs: readonly (() => void)[], rounds: number): { first: number; best: number }[] {
  const times = programs.map((): number[] => []);
  for (let turn = 0; turn < rounds; turn++) {
    for (const [k, program] of programs.entries()) {
      const start = processorTime();
      program();
      times[k]!.push(processorTime() - start);
    }
  }
  return times.map((all) => ({ first: all[0]!, best: Math.min(...all) }));
}

/** One question about the Lipschitz constants of a network whose matrices all have norm 1. */
function lipschitzConstants(layers: number, steps: number): () => void {
  const network = stackOf(layers);
  const names = [...initialNetwork(network, 1).keys()];
  const majorants = networkMajorants(network);
  const matrices = new Map(names.map((name) => [name, { two: 1, inf: 2, maxRow: 0.5 }]));
  const vectors = new Map(names.map((name) => [name, { two: 1, inf: 0.5 }]));
  return () => majorants({ p: 2, steps, input: { two: 1, inf: 1 }, matrices, vectors });
}

/** The same for one layer by hand. */
function theorem5(steps: number): () => void {
  const setting: RecursionSetting = {
    ...{ p: 2, steps, logInput: 0 },
    architecture: {
      ...{ cell: 'lstm', inputSize: width, hiddenSize: width, outputs: 2 },
      ...{ slope: 1, cap: 1, readoutSlope: 1, gateSlope: 1 / 4, gates: {} },
    },
  };
  const norms = new Map(['f', 'i', 'a', 'o'].flatMap((gate) => ['U', 'W', 'b'].map((of) => [of + gate, 0] as const)));
  return () => lstmRecursion(setting, norms);
}

/** A stack with its first weights, and 3,000 sequences whose margins vary. */
async function questionAbout(layers: number, steps: number): Promise<BoundQuestion> {
  const weights = initialNetwork(stackOf(layers), 1);
  const cell = cellNamed('lstm');
  const base = checkpointOf(smallVanilla);
  const layerOf = (k: number): RecurrentLayer => {
    const parameters = parametersOf(cell).map((q): Parameter & { kind: string } => {
      const { rows, columns } = storedShape(q, cell.sizes(width, width));
      const role = q.role === 'recurrent' ? 'recurrent' : q.role === 'input' ? 'input' : 'inputBias';
      const values = weights.get(`layer${k + 1}.${q.name}`)!;
      return { name: q.name, kind: q.kind, gate: q.gate, role, rows, columns, values, tensor: q.name };
    });
    return {
      ...{ ...base.layers[0]!, name: `layer${k + 1}`, cellName: 'lstm', cell, inputSize: width, hiddenSize: width },
      matrices: parameters.filter(({ kind }) => kind === 'matrix'),
      biases: parameters.filter(({ kind }) => kind === 'vector'),
      input: k === 0 ? { kind: 'model', input: 'x' } : { kind: 'layers', layers: [k - 1] },
    };
  };
  const V = { rows: 2, columns: width, values: weights.get('V')!, tensor: 'V' };
  const checkpoint: Checkpoint = {
    ...base,
    layers: Array.from({ length: layers }, (_, k) => layerOf(k)),
    readout: { ...base.readout!, layers: [layers - 1], weights: V, bias: null },
  };
  const varied = Array.from({ length: 3000 }, (_, k) => 2 * Math.sin(k) + 2);
  const lengths = { shortest: Math.ceil(steps / 10), longest: steps };
  return questionOf(checkpoint, sampleOf(tabulated(margins(varied)), { lengths }));
}

/** The same where sequences have three lengths and the largest inputs of some are half as large. */
function inParts(question: BoundQuestion, steps: number): BoundQuestion {
  const inputGroups = [1, 0.5].flatMap((norm) =>
    [1, 0.5, 0.1].map((share) => ({ count: 500, longest: Math.ceil(share * steps), two: norm, inf: norm })),
  );
  return { ...question, sample: { ...question.sample!, inputGroups } };
}

/** Rows that search for noise that scores withstand. */
const searches = ({ id }: { readonly id: string }): boolean => id.includes('PBM') || id === 'T3b-McAllester';

/** Only the search for the noise that a margin of 1 allows. */
function noiseSearch(question: BoundQuestion, steps: number): () => void {
  const found = calculusClass(question);
  if (typeof found === 'string') throw new Error(found);
  const domain = { inputNorm: { 2: 1, inf: 1 }, steps, inputRadii: 0, length: null, assumptions: [] };
  return () => {
    const posterior = found.posteriors(domain, 0.01);
    if (typeof posterior === 'string') throw new Error(posterior);
    posterior(-Math.log(4));
  };
}

async function main(): Promise<void> {
  console.log(`LSTM layers, ${width} wide; ms of processor time, fastest of ${turns} (first in brackets)`);
  console.log(
    'layers   steps   by hand   calculus      ratio, a layer   search        searching     other rows    in parts',
  );
  for (const layers of [1, 3]) {
    for (const steps of [100, 1000, 10_000]) {
      const question = await questionAbout(layers, steps);
      const parted = inParts(question, steps);
      const programs = [
        theorem5(steps),
        lipschitzConstants(layers, steps),
        noiseSearch(question, steps),
        () => someBounds(question, searches),
        () => someBounds(question, (row) => !searches(row)),
        () => someBounds(parted, (row) => !searches(row)),
      ];
      const rounds = steps > 1000 ? 8 : turns;
      const [hand, calculus, ...others] = timed(programs, rounds);
      const shown = ({ first, best }: { first: number; best: number }): string =>
        `${best.toFixed(1)} (${first.toFixed(0)})`.padEnd(14);
      console.log(
        String(layers).padEnd(9) +
          String(steps).padEnd(8) +
          hand!.best.toFixed(2).padEnd(10) +
          shown(calculus!) +
          (calculus!.best / hand!.best / layers).toFixed(2).padEnd(17) +
          others.map(shown).join(''),
      );
    }
  }
}

void main();
