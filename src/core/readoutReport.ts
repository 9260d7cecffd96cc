import type { MeasuredNetwork } from './analysis/measureNetwork';
import type { Activation } from './cells/activation';
import { readoutLayers } from './cells/readout';
import type { Readout } from './checkpoint';
import { networkReadout } from './checkpointReadout';
import { euclideanNorm, normsReport } from './layerReport';
import type { DenseReport, ReadoutReport } from './report';

/** What the report says of a readout. */
export function readoutReport(readout: Readout, measured: Pick<MeasuredNetwork, 'readout' | 'hidden'>): ReadoutReport {
  const { linear, reason, steps, chain, finalActivation, output, outputs, weights, bias } = readout;
  return {
    ...{ linear, reason, steps },
    chain: chain.map(({ name, operation }) => ({ name, operation })),
    ...{ finalActivation, output, outputs },
    hidden: hiddenReports(readout, measured),
    matrix: weights && measured.readout ? normsReport([weights.rows, weights.columns], measured.readout) : null,
    biasNorm: bias ? euclideanNorm(bias.values) : null,
  };
}

function hiddenReports(readout: Readout, { hidden: measured = [] }: Pick<MeasuredNetwork, 'hidden'>): DenseReport[] {
  const { hidden = [] } = readout;
  if (hidden.length === 0) return [];
  const names = readoutLayers(networkReadout(readout, [], 'last'));
  return hidden.map(({ weights, bias, activation }, k) => ({
    name: names[k]!.map.name,
    matrix: normsReport([weights.rows, weights.columns], measured[k]!),
    biasNorm: bias ? euclideanNorm(bias.values) : null,
    activation: activationText(activation),
  }));
}

/** relu, or leakyRelu 0.01. */
function activationText(activation: Activation): string {
  if (typeof activation === 'string') return activation;
  const { kind, ...numbers } = activation;
  return `${kind} ${Object.values(numbers).join(', ')}`;
}
