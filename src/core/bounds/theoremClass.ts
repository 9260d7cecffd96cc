import type { BoundedClass } from './boundedClass';
import type { BoundedNetwork } from './boundedNetwork';
import { lipschitz } from './lipschitz';
import { addLogs } from './logarithms';
import { posteriors } from './pacBayesMajorant';
import { radiusOf } from './radiusGrid';
import { universalArchitectureCost } from './selectionCost';

/** A network with one layer of a cell that Chen, Li & Zhao wrote a theorem about, or of the GRU: constants by its recursion. */
export function theoremClass({ layer, architecture, blocks }: BoundedNetwork): BoundedClass {
  return {
    layers: [layer],
    outputs: architecture.outputs,
    blocks,
    radii: blocks.length,
    inputNorms: (p) => [p],
    architectureCost: universalArchitectureCost(architecture.hiddenSize, 1),
    facts: [
      activations(architecture),
      ...(architecture.cell === 'vanilla'
        ? []
        : ['Gates may lie anywhere in [0, 1]; nothing seen on the data is used.']),
    ],
    constants(p, { inputNorm, steps }) {
      const logRadii = new Map<string, number>();
      for (const block of blocks) {
        const point = radiusOf(p === 2 ? block.two : block.inf);
        if (!point) return `The norm of ${block.name} is beyond the largest radius of the grid, 2^20.`;
        logRadii.set(block.name, point.log);
      }
      const setting = { architecture, p, steps, logInput: Math.log(inputNorm[p]!) };
      const { logState, logConstants } = lipschitz(setting, logRadii);
      const readout = addLogs(logRadii.get('V')! + logState, logRadii.get('c') ?? -Infinity);
      return { logRadii, logConstants, logState, logScores: Math.log(architecture.readoutSlope) + readout };
    },
    posteriors: ({ inputNorm, steps }, eta) =>
      posteriors({
        setting: { architecture, p: 2, steps, logInput: Math.log(inputNorm[2]!) },
        blocks: blocks.map((block) => ({
          ...block,
          norm: block.two * (1 + 1e-6),
          distance: block.frobenius * (1 + 1e-6),
        })),
        eta,
      }),
  };
}

function activations({ cell, cap, gateSlope }: BoundedNetwork['architecture']): string {
  if (cell === 'vanilla') return `The activation is ${cap === 1 ? 'tanh' : 'relu'}, with Lipschitz constant 1.`;
  return gateSlope === 1 / 4
    ? 'Gates use the logistic sigmoid (Lipschitz constant 1/4), the candidate tanh.'
    : 'Gates use hard-sigmoid (Lipschitz constant 1/5), the candidate tanh.';
}
