import type { CaseInputs } from './caseInputs';
import { caseDomain, casePosterior } from './caseNetwork';
import { clipped, fromLogs, log10, type Outputs } from './caseOutputs';
import { commonNoise, logMcAllester } from '../literature/mcAllester';
import { pacBayesMajorant, posteriors } from '../methods/pacBayesMajorant';
import { regressionPacBayes } from '../regression/regression';
import { marginConstant } from '../margins/marginConstant';
import { selectionCost } from '../classes/selectionCost';

export function pacBayesMajorantRow(inputs: CaseInputs): Outputs {
  const range = caseDomain(inputs);
  if (!range) return { bound: 1, KL: null, ln_sigma: null, Lambda: null, nats: null };
  const posterior = casePosterior(inputs, range.inputNorm);
  const constant = marginConstant(posterior.setting.architecture.outputs, 2);
  const budget = Math.log(inputs.positive('gamma')) - Math.log(2 * constant);
  const { divergence, logSigma } = posteriors(posterior)(budget);
  const lambda = selectionCost({
    radii: posterior.blocks.length,
    gamma: true,
    inputRadii: range.inputRadii,
    length: range.length,
    architecture: inputs.number('Lambda_arch', 0),
  });
  const question = { sequences: inputs.count('m'), delta: inputs.confidence('delta'), lambda, eta: posterior.eta };
  const { bound, nats } = pacBayesMajorant(divergence, question, inputs.share('emp01'));
  return { bound, KL: divergence, ln_sigma: fromLogs(logSigma), Lambda: lambda, nats };
}

export function regressionPacBayesRow(inputs: CaseInputs): Outputs {
  const posterior = casePosterior(inputs);
  const lambda = selectionCost({
    radii: posterior.blocks.length,
    gamma: false,
    inputRadii: 0,
    length: null,
    architecture: inputs.number('Lambda_arch', 0),
  });
  const { bound, k } = regressionPacBayes(
    posteriors(posterior),
    {
      lipschitz: inputs.positive('lip'),
      sequences: inputs.count('m'),
      delta: inputs.confidence('delta'),
      lambda,
      eta: posterior.eta,
    },
    inputs.share('emp'),
  );
  return { bound, k_v: k };
}

export function mcAllesterRow(inputs: CaseInputs): Outputs {
  const range = caseDomain(inputs);
  const sequences = inputs.count('m');
  const noise =
    range && sequences > 1 ? commonNoise(casePosterior(inputs, range.inputNorm))(inputs.positive('gamma')) : null;
  if (!range || !noise) return { bound: 1, log10raw: null, k_sigma: null, lnKL: null };
  const logRaw = logMcAllester(noise, {
    marginLoss: inputs.share('emp01'),
    sequences,
    delta: inputs.confidence('delta'),
    otherCosts: selectionCost({
      radii: 0,
      gamma: false,
      inputRadii: range.inputRadii,
      length: range.length,
      architecture: inputs.number('Lambda_arch', 0),
    }),
  });
  return { bound: clipped(Math.exp(logRaw)), log10raw: log10(logRaw), k_sigma: noise.k, lnKL: noise.logDivergence };
}
