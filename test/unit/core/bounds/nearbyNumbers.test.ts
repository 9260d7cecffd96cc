import assert from 'node:assert/strict';
import { compressionNumber } from '../../../../src/core/bounds/nearby/compressionRow';
import { gibbsNumber } from '../../../../src/core/bounds/nearby/gibbsRow';
import { bestPriorScale } from '../../../../src/core/bounds/nearby/priorScale';
import { rivasplataNumber } from '../../../../src/core/bounds/nearby/rivasplataRow';
import type { NoiseRuns } from '../../../../src/core/bounds/nearby/nearbyRuns';
import type { RowNumber } from '../../../../src/core/bounds/rowAnswer';
import { eighthPower } from '../../../../src/core/bounds/numbers/eighthPower';
import fixture from '../../../fixtures/bounds/nearby_rows.json';

const near = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual} is not ${expected}`);

const costsOf = ({ costs = [] }: RowNumber): number => costs.reduce((total, [, nats]) => total + nats, 0);

describe('numbers of the rows about networks near a checkpoint', () => {
  for (const [k, one] of fixture.formulas.entries()) {
    const blocks = one.blocks.map(([parameters, sigma, squaredDistance], place) => ({
      name: `block ${place}`,
      parameters: parameters!,
      sigma: sigma!,
      squaredDistance: squaredDistance!,
    }));
    const runs: NoiseRuns = {
      ...{ seed: 0, blocks, draws: one.draws, meanLoss: one.loss, looks: 64 },
      kept: {
        loss: one.loss,
        blocks: one.drawn.map(([squaredDistance, squaredNoise]) => ({
          squaredDistance: squaredDistance!,
          squaredNoise: squaredNoise!,
        })),
      },
    };
    const setting = { delta: one.delta, architectureCost: one.architecture };

    it(`are those of an independent program (case ${k})`, () => {
      const gibbs = gibbsNumber(runs, one.m, setting);
      near(gibbs.bound, one.gibbs.bound, 1e-9);
      near(gibbs.nats!, one.gibbs.nats, 1e-10);
      const rivasplata = rivasplataNumber(runs, one.m, setting);
      near(rivasplata.bound, one.rivasplata.bound, 1e-9);
      near(rivasplata.nats!, one.rivasplata.nats, 1e-10);
      const quantised = one.counts.map((counts, place) => ({ name: `block ${place}`, step: 1, counts }));
      const compression = compressionNumber({ loss: one.loss, blocks: quantised }, one.m, setting);
      near(compression.bound, one.compression.bound, 1e-9);
      near(compression.nats!, one.compression.nats, 1e-10);
      for (const number of [gibbs, rivasplata, compression]) near(costsOf(number), number.nats!, 1e-12);
    });

    it(`fall with more sequences and more draws, and rise with a smaller δ (case ${k})`, () => {
      for (const number of [gibbsNumber, rivasplataNumber]) {
        const { bound } = number(runs, one.m, setting);
        assert.ok(number(runs, 2 * one.m, setting).bound <= bound);
        assert.ok(number(runs, one.m, { ...setting, delta: setting.delta / 2 }).bound >= bound);
      }
      const more = gibbsNumber({ ...runs, draws: 2 * runs.draws }, one.m, setting);
      assert.ok(more.bound <= gibbsNumber(runs, one.m, setting).bound);
    });
  }

  it('take the best prior scale of the whole grid', () => {
    for (const [n, squared] of [
      [1, 0],
      [3, 1e-20],
      [100, 7],
      [5, 1e14],
    ] as const) {
      const cost = (s: number): number => n * Math.log(s) + squared / (2 * s * s);
      let least = Infinity;
      for (let k = -160; k <= 160; k++) least = Math.min(least, cost(eighthPower(k)));
      near(cost(bestPriorScale(n, squared).radius), least, 1e-12);
    }
  });
});
