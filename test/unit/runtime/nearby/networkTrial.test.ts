import assert from 'node:assert/strict';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { compressionNumber } from '../../../../src/core/bounds/nearby/compressionRow';
import { gibbsNumber } from '../../../../src/core/bounds/nearby/gibbsRow';
import { squaredDistance } from '../../../../src/core/bounds/nearby/drawnWeights';
import { quantised } from '../../../../src/core/bounds/nearby/quantisation';
import { rivasplataNumber } from '../../../../src/core/bounds/nearby/rivasplataRow';
import { openMarginRun } from '../../../../src/runtime/nearby/marginRun';
import { openNetworkTrial } from '../../../../src/runtime/nearby/networkTrial';
import { openThreads, type ThreadSetup } from '../../../../src/runtime/nearby/threads';
import type { TrialResult, TrialSetup } from '../../../../src/runtime/nearby/trialSetup';
import fixture from '../../../fixtures/bounds/nearby_rows.json';
import { smallSetup } from './smallNetwork';

type Run = (typeof fixture.runs)[number];
type Name = 'W' | 'U' | 'b' | 'V' | 'c';

const placed = (name: string): string => (name === 'V' || name === 'c' ? name : `layer1.${name}`);

function setupOf({ names, weights, sequences, labels, everyStep }: Run): TrialSetup {
  const values = names.map((name): [string, Float64Array] => {
    const rows: (number | number[])[] = weights[name as Name];
    return [placed(name), Float64Array.from(rows.flat())];
  });
  const steps = everyStep ? labels : labels.map((own) => own.slice(0, 1));
  return smallSetup({ weights: new Map(values), outputs: 3, sequences, labels: steps, everyStep });
}

async function ownMargins(setup: TrialSetup): Promise<Float32Array> {
  const run = await openMarginRun(setup);
  const margins = await run.margins(setup.blocks.map(({ values }) => Float32Array.from(values)));
  await run.dispose();
  return margins;
}

const near = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance * (1 + Math.abs(expected)), `${actual} is not ${expected}`);

/** The worker of the source, which Node has to be told how to read. */
const fromSource = (workerData: ThreadSetup): Worker =>
  new Worker(`require('tsx/cjs'); require(${JSON.stringify(path.resolve('src/runtime/nearby/trialWorker.ts'))})`, {
    eval: true,
    workerData,
  });

describe('trying networks near a checkpoint', () => {
  for (const run of fixture.runs) {
    const which = run.everyStep ? 'with a label a step' : 'with a label a sequence';

    it(`gives the margins, errors and bounds of an independent program ${which}`, async () => {
      const setup = setupOf(run);
      const own = await ownMargins(setup);
      const expected = setup.batches.flatMap(({ places }) => places).flatMap((place) => run.margins[place]!);
      assert.equal(own.length, expected.length);
      for (const [k, margin] of expected.entries()) near(own[k]!, margin, 1e-5);

      const trial = await openNetworkTrial(setup, own);
      const drawn = await Promise.all(
        run.draws.map(({ xi }) =>
          trial.run({
            kind: 'given',
            weights: setup.blocks.map(({ values }, k) => {
              const name = run.names[k] as Name;
              return Float32Array.from(values, (value, j) => value + run.sigma[name] * xi[name][j]!);
            }),
          }),
        ),
      );
      for (const [k, { loss }] of drawn.entries()) near(loss, run.draws[k]!.loss, 1e-12);

      const blocks = setup.blocks.map((block, k) => ({
        name: block.name,
        parameters: block.values.length,
        sigma: run.sigma[run.names[k] as Name],
        squaredDistance: squaredDistance(block),
      }));
      const meanLoss = drawn.slice(0, 5).reduce((sum, { loss }) => sum + loss, 0) / 5;
      const kept = {
        loss: drawn[5]!.loss,
        blocks: run.draws[5]!.squares.map(([distance, noise]) => ({
          squaredDistance: distance!,
          squaredNoise: noise!,
        })),
      };
      const setting = { delta: run.delta, architectureCost: run.architecture };
      const noise = { seed: 0, blocks, draws: 5, meanLoss, looks: 64, kept };
      near(gibbsNumber(noise, 40, setting).bound, run.gibbs.bound, 1e-9);
      near(rivasplataNumber(noise, 40, setting).bound, run.rivasplata.bound, 1e-9);

      const codes = setup.blocks.map(({ values }, k) => {
        const name = run.names[k] as Name;
        return quantised(values, null, run.steps[name], run.symbols[name]);
      });
      assert.deepEqual(
        codes.map(({ counts }) => counts),
        run.counts,
      );
      const { loss } = await trial.run({ kind: 'given', weights: codes.map(({ values }) => values) });
      near(loss, run.codedLoss, 1e-12);
      const coded = codes.map(({ counts }, k) => ({ name: run.names[k]!, step: 1, counts }));
      near(compressionNumber({ loss, blocks: coded }, 40, setting).bound, run.compression.bound, 1e-9);
      await trial.dispose();
    });
  }

  it('gives the same for the same seeds in one thread and in two', async () => {
    const setup = setupOf(fixture.runs[1]!);
    const own = await ownMargins(setup);
    const sigmas = setup.blocks.map(() => 0.3);
    const tried = async (open: () => ReturnType<typeof openNetworkTrial>): Promise<TrialResult[]> => {
      const trials = await open();
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, seed) => trials.run({ kind: 'drawn', sigmas, seed })),
      );
      await trials.dispose();
      return results;
    };
    const here = await tried(() => openNetworkTrial(setup, own));
    for (const count of [1, 2]) {
      const there = await tried(() => Promise.resolve(openThreads({ setup, own }, count, fromSource)));
      assert.deepEqual(there, here);
    }
    assert.notEqual(new Set(here.map(({ squaredMove }) => squaredMove)).size, 1);
  });

  it('says what went wrong in a thread', async () => {
    const setup = setupOf(fixture.runs[0]!);
    const trials = openThreads(
      { setup: { ...setup, model: new Uint8Array(3) }, own: new Float32Array(0) },
      1,
      fromSource,
    );
    await assert.rejects(trials.run({ kind: 'drawn', sigmas: [], seed: 0 }), /model|protobuf|load/i);
    await trials.dispose();
  });
});
