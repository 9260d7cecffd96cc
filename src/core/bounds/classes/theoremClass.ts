import type { BoundedClass } from './boundedClass';
import { boundedNetwork, type BoundedNetwork, type MeasuredBlock } from './boundedNetwork';
import type { BoundQuestion } from '../boundQuestion';
import { lipschitz } from '../recursions/lipschitz';
import { addLogs } from '../numbers/logarithms';
import { posteriors } from '../methods/pacBayesMajorant';
import { normSlack, radiusOf } from '../numbers/radiusGrid';
import { universalArchitectureCost } from './selectionCost';

/**
 * A network with one layer of a cell that Chen, Li & Zhao wrote a theorem about, or of the GRU: constants by its recursion.
 * With a reference the radii are those of A − A₀, and the constants are taken at ‖A₀‖ plus the radius (theory 1.7).
 */
export function theoremClass(question: BoundQuestion): BoundedClass | string {
  const network = boundedNetwork(question);
  if (typeof network === 'string') return network;
  const { layer, architecture, blocks } = network;
  const reference = question.reference ?? null;
  const starts = reference && boundedNetwork({ ...question, ...reference.start });
  const distances = reference ? boundedNetwork({ ...question, ...reference.distance }) : network;
  if (typeof starts === 'string') return starts;
  if (typeof distances === 'string') return distances;
  return {
    reference: reference?.file ?? null,
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
      const logNorms = new Map<string, number>();
      const norm = (block: MeasuredBlock): number => (p === 2 ? block.two : block.inf);
      for (const [k, { name }] of blocks.entries()) {
        const point = radiusOf(norm(distances.blocks[k]!));
        if (!point) return `The norm of ${name} is beyond the largest radius of the grid, 2^20.`;
        logRadii.set(name, point.log);
        logNorms.set(name, starts ? Math.log(norm(starts.blocks[k]!) * normSlack + point.radius) : point.log);
      }
      const setting = { architecture, p, steps, logInput: Math.log(inputNorm[p]!) };
      const { logState, logConstants } = lipschitz(setting, logNorms);
      const readout = addLogs(logNorms.get('V')! + logState, logNorms.get('c') ?? -Infinity);
      return { logRadii, logConstants, logState, logScores: Math.log(architecture.readoutSlope) + readout };
    },
    posteriors: ({ inputNorm, steps }, eta) =>
      posteriors({
        setting: { architecture, p: 2, steps, logInput: Math.log(inputNorm[2]!) },
        blocks: blocks.map((block, k) => ({
          ...block,
          norm: block.two * normSlack,
          distance: distances.blocks[k]!.frobenius * normSlack,
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
