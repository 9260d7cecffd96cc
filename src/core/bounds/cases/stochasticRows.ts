import { Problem } from '../../problem';
import type { CaseInputs } from './caseInputs';
import type { Outputs } from './caseOutputs';
import { compression, krichevskyTrofimov } from '../nearby/compression';
import { gibbs, pacBayesKl, rivasplata, type DrawnBlock } from '../nearby/stochasticNetworks';

const pacBayes = (inputs: CaseInputs) => ({
  divergence: inputs.number('KL'),
  sequences: inputs.count('m'),
  delta: inputs.confidence('delta'),
  lambda: inputs.number('Lambda', 0),
});

export function pacBayesRow(inputs: CaseInputs): Outputs {
  return { bound: pacBayesKl(inputs.share('emp'), pacBayes(inputs)) };
}

export function gibbsRow(inputs: CaseInputs): Outputs {
  const deltaOfDraws = inputs.confidence('delta_mc');
  return { ...gibbs(inputs.share('mean_err'), inputs.count('n_draws'), deltaOfDraws, pacBayes(inputs)) };
}

export function rivasplataRow(inputs: CaseInputs): Outputs {
  const blocks = inputs
    .rows('blocks')
    .map(([parameters, sigma, priorScale, squaredDistance, squaredNoise]): DrawnBlock => {
      if (
        parameters === undefined ||
        sigma === undefined ||
        priorScale === undefined ||
        squaredDistance === undefined ||
        squaredNoise === undefined
      ) {
        throw new Problem('Each of inputs.blocks must be [n, sigma, s0, squared distance, squared noise].');
      }
      return { parameters, sigma, priorScale, squaredDistance, squaredNoise };
    });
  const question = {
    sequences: inputs.count('m'),
    delta: inputs.confidence('delta'),
    lambda: inputs.number('Lambda', 0),
  };
  const { logRatio, bound } = rivasplata(blocks, inputs.share('emp'), question);
  return { ln_ratio: logRatio, bound };
}

export function compressionRow(inputs: CaseInputs): Outputs {
  const counts = inputs.rows('counts');
  const { nats, bound } = compression(counts, {
    choiceCost: Math.log(inputs.count('n_bit_choices')),
    architectureCost: inputs.number('Lambda_arch', 0),
    loss: inputs.share('emp'),
    sequences: inputs.count('m'),
    delta: inputs.confidence('delta'),
  });
  return { nats, kt: counts.map(krichevskyTrofimov), bound };
}
