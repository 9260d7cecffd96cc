import type { MeasuredNetwork } from '../analysis/measureNetwork';
import type { Cell } from '../cells/cell';
import { cellWith } from '../cells/networkDescription';
import type { CellOptions } from '../cells/cellOptions';
import { withResidual, type Residual } from '../cells/network';
import type { Checkpoint } from '../checkpoint';
import { layerSizes } from '../layerSizes';
import type { BoundQuestion, BoundSample } from './boundQuestion';
import { tabulated } from './margins/lossesOnGrid';
import { portableText, revived } from './portableText';

/**
 * A question as a text (JSON) that can cross the border of a process, a few ten kilobytes for each layer. It leaves behind the
 * entries of matrices, whose norms are measured, and the margins, whose losses on the grid of γ are all that rows ask for; so
 * `everyBound` answers the same, bit for bit.
 */
export type PortableQuestion = string;

export const toPortable = (question: BoundQuestion): PortableQuestion =>
  portableText({
    ...question,
    ...flat(question),
    sample: question.sample && withoutMargins(question.sample),
    reference: question.reference
      ? { ...question.reference, start: flat(question.reference.start), distance: flat(question.reference.distance) }
      : null,
  });

export function fromPortable(text: PortableQuestion): BoundQuestion {
  // The text is an answer of `toPortable` in the same build at the other end.
  const question = revived(text) as Omit<BoundQuestion, keyof Network | 'reference'> & FlatNetwork & FlatReference;
  const { reference } = question;
  return {
    ...question,
    ...network(question),
    reference: reference && {
      ...reference,
      start: network(reference.start),
      distance: network(reference.distance),
    },
  };
}

type Network = Pick<BoundQuestion, 'checkpoint' | 'measured'>;
type Layer = Checkpoint['layers'][number];
type MeasuredLayer = MeasuredNetwork['layers'][number];

/** A network in which nothing is there twice, and a cell is its name and its options. */
interface FlatNetwork {
  readonly checkpoint: Omit<Checkpoint, 'layers'> & {
    readonly layers: readonly (Omit<Layer, 'cell'> & { readonly cell: FlatCell | null })[];
  };
  readonly measured: Omit<MeasuredNetwork, 'layers'> & {
    readonly layers: readonly (Omit<MeasuredLayer, 'layer' | 'matrices'> & {
      readonly matrices: readonly Omit<MeasuredLayer['matrices'][number], 'parameter'>[];
    })[];
  };
}

interface FlatReference {
  readonly reference:
    | (Omit<NonNullable<BoundQuestion['reference']>, 'start' | 'distance'> & {
        readonly start: FlatNetwork;
        readonly distance: FlatNetwork;
      })
    | null;
}

interface FlatCell {
  readonly name: string;
  readonly options: CellOptions;
  readonly residual: Residual;
}

const withoutMargins = (sample: BoundSample): BoundSample => ({
  ...sample,
  training: sample.training && tabulated(sample.training),
  heldOut: sample.heldOut && tabulated(sample.heldOut),
});

function flat({ checkpoint, measured }: Network): FlatNetwork {
  return {
    checkpoint: {
      ...checkpoint,
      layers: checkpoint.layers.map((layer) => ({ ...layer, cell: layer.cell && flatCell(layer, layer.cell) })),
    },
    measured: {
      ...measured,
      layers: measured.layers.map(({ layer: _layer, matrices, ...others }) => ({
        ...others,
        matrices: matrices.map(({ parameter: _parameter, ...norms }) => norms),
      })),
    },
  };
}

function network({ checkpoint, measured }: FlatNetwork): Network {
  const layers = checkpoint.layers.map((layer): Layer => ({ ...layer, cell: layer.cell && cellOf(layer.cell) }));
  return {
    checkpoint: { ...checkpoint, layers },
    measured: {
      ...measured,
      layers: measured.layers.map(({ matrices, ...others }, k) => ({
        ...others,
        layer: layers[k]!,
        matrices: matrices.map((norms, j) => ({ ...norms, parameter: layers[k]!.matrices[j]! })),
      })),
    },
  };
}

const cellOf = ({ name, options, residual }: FlatCell): Cell => withResidual(cellWith(name, options), residual);

/** Which part of its input a residual layer adds is found by trying: of equal structure is the same object. */
function flatCell(layer: Layer, { name, options, output }: Cell): FlatCell {
  const { input, hidden } = layerSizes(layer);
  const candidates: Residual[] = layer.residual ? [true, { from: 0 }, { from: input - hidden }, { from: hidden }] : [];
  for (const residual of [false, ...candidates]) {
    const described = { name, options, residual };
    if (cellOf(described).output === output) return described;
  }
  throw new Error(`The cell of the layer ${layer.name} is not the cell ${name} with its options.`);
}
