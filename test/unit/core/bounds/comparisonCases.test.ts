import assert from 'node:assert/strict';
import { everyBound } from '../../../../src/core/bounds/everyBound';
import { answerTheoremCase } from '../../../../src/core/bounds/theoremCase';
import { checkpointOf, margins, questionOf, sampleOf, smallVanilla, type Network } from './networkQuestion';

const training = margins(Array.from({ length: 1_000 }, (_, k) => (k % 50 === 0 ? -1 : 3)));

/** The row of a report, and the answer to the same numbers typed in: [log10, log10]. */
async function both(
  network: Network,
  outputs: number,
  row: string,
  inputs: Record<string, unknown>,
): Promise<[number, number]> {
  const question = await questionOf(checkpointOf(network), sampleOf(training, { scoreWidth: outputs }), {
    architectureFixed: true,
  });
  const found = everyBound(question).find(({ id }) => id === row)!;
  const ramp = found.terms.find(({ name }) => name === 'empirical ramp loss at γ')?.value ?? 0;
  const { inputSize: dx, hiddenSize: dh } = network;
  const shared = { dx, dh, dy: outputs, t: 10, m: 1_000, B_x: 1, gamma: found.gamma ?? 1, ramp, delta: found.delta };
  const answer = await answerTheoremCase({ id: row, row, inputs: { ...shared, ...inputs } });
  assert.ok('outputs' in answer, JSON.stringify(answer));
  return [found.log10!, answer.outputs['log10raw'] as number];
}

const agree = ([report, typed]: [number, number]): void =>
  assert.ok(Math.abs(report - typed) < 1e-9, `${report} ${typed}`);

describe('recurscope theorem, comparison rows', () => {
  // U turns and shrinks its first two coordinates; W is a column of four halves; V has two rows of the norm √3.25.
  const norms = { U: Math.SQRT1_2, W: 1, V: Math.sqrt(3.25) };

  it('answers as the report does', async () => {
    const columns = { U: 2 * Math.SQRT1_2 + 0.9, W: 1, V: 5 };
    agree(await both(smallVanilla, 2, 'T3a-printed', { norms, column_sums: columns }));
    agree(await both(smallVanilla, 2, 'Zhang-2018', { norms }));
    agree(await both(smallVanilla, 2, 'VC', { error: 0.02 }));
  });

  it('answers for Bartlett and Golowich as the report does, for one unit of relu', async () => {
    const weights = { U: [[0.3]], W: [[0.4]], V: [[2]] };
    const unit: Network = {
      ...{
        cell: 'vanilla',
        options: { candidateActivation: 'relu', bias: false },
        inputSize: 1,
        hiddenSize: 1,
        weights,
      },
    };
    // [U W] has the norm 0.5.
    const unrolled = { step: 0.5, readout: 2 };
    agree(await both(unit, 1, 'Bartlett-2017', { spectral: unrolled, row_sums: unrolled }));
    agree(await both(unit, 1, 'Golowich-2018', { frobenius: { U: 0.3, W: 0.4, V: 2 } }));
  });
});
