import assert from 'node:assert/strict';
import type { EpochPoint, TrainingRun } from '../../../src/protocol/panelTraining';
import { trainingFigures } from '../../../webview-ui/src/trainingFigures';

const point = (epoch: number, value: number): EpochPoint => ({
  ...{ epoch, trainingLoss: epoch === 0 ? null : 1 / epoch, validation: { loss: 2, error: 0.25 }, isBest: false },
  look: {
    norms: [
      { name: 'U_f', norm: 1 + epoch },
      { name: 'U_o', norm: 2 },
    ],
    bound: { id: 'held-out', p: null, value, log10: Math.log10(value) },
    ...{ heldOut: null, margins: null },
  },
});
const run = (number: number, constraints: string[], value = 0.5): TrainingRun => ({
  ...{ number, settings: { constraints }, status: 'running', phase: 'Training', position: null, result: null },
  steps: [{ at: 0.5, loss: 3 }],
  epochs: [point(0, value), point(1, value), { ...point(2, value), look: null }],
});
const figure = (runs: readonly TrainingRun[], title: string) =>
  trainingFigures(runs).find((each) => each.title === title)!;

describe('trainingFigures', () => {
  it('draws steps and epochs of the training loss, of every run', () => {
    const { lines } = figure([run(1, []), run(3, [])], 'Training loss');
    assert.deepEqual(
      lines.map(({ run: number, part, points }) => [number, part, points]),
      [
        [1, 'steps', [{ x: 0.5, y: 3 }]],
        [3, 'steps', [{ x: 0.5, y: 3 }]],
        ...[1, 3].map((number) => [
          number,
          '',
          [
            { x: 1, y: 1 },
            { x: 2, y: 0.5 },
          ],
        ]),
      ],
    );
  });

  it('draws the norm of each matrix where somebody looked, with the cap of the last run', () => {
    const runs = [run(1, ['spectral-norm=9']), run(2, ['spectral-norm:U_f=3', 'spectral-norm=4', 'pull=1'])];
    const norm = figure(runs, '‖U_f‖₂');
    assert.deepEqual(norm.lines[0]!.points, [
      { x: 0, y: 1 },
      { x: 1, y: 2 },
    ]);
    assert.equal(norm.limit, 3);
    assert.equal(figure(runs, '‖U_o‖₂').limit, 4);
    assert.equal(figure([run(1, ['orthogonal:U_o'])], '‖U_o‖₂').limit, 1);
    assert.equal(figure([run(1, ['frobenius-norm=1'])], '‖U_o‖₂').limit, null);
    assert.equal(norm.epochs, 2, 'every figure has room for all epochs');
  });

  it('draws a bound, or its logarithm where one is vacuous', () => {
    assert.equal(figure([run(1, [])], 'Best certified bound').lines[0]!.points[0]!.y, 0.5);
    const vacuous = figure([run(1, [], 1)], 'Best certified bound, log₁₀ (not clipped at 1)');
    assert.equal(vacuous.lines[0]!.points[0]!.y, 0);
  });

  it('has no figure of what nobody knows', () => {
    const titles = trainingFigures([run(1, [])]).map(({ title }) => title);
    assert.ok(!titles.some((title) => /Held-out|Margins/.test(title)), titles.join());
    assert.deepEqual(trainingFigures([]), []);
  });
});
