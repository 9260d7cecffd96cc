import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { CheckpointRequest } from '../../../../src/core/cells/checkpointRequest';
import { describedNetwork, type NetworkDescription } from '../../../../src/core/cells/networkDescription';
import { stack } from '../../../../src/core/cells/stack';
import type { LoadedCheckpoint } from '../../../../src/formats/loadedCheckpoint';
import { networkKey } from '../../../../src/formats/onnx/networkMetadata';
import { readOnnx } from '../../../../src/formats/onnx/readOnnx';
import { newCheckpoint } from '../../../../src/runtime/newCheckpoint';

export const aRequest: CheckpointRequest = {
  ...{ cell: 'gru', options: {}, inputSize: 4, hiddenSize: 4, layers: 1 },
  ...{ bidirectional: false, residual: false, readout: 2, readoutSteps: 'last', seed: 3 },
};

/** A file that computes what is asked for. */
export const fileOf = (changes: Partial<CheckpointRequest> = {}): Uint8Array =>
  newCheckpoint({ ...aRequest, ...changes }).bytes;

/** The description of what would be asked for with these changes, as text. */
export function descriptionOf(
  changes: Partial<CheckpointRequest> = {},
  edit: (description: NetworkDescription) => unknown = () => {},
): string {
  const description = structuredClone(describedNetwork(stack({ ...aRequest, ...changes })));
  edit(description);
  return JSON.stringify(description);
}

/** The same file with another description: of two entries with one key the last counts. */
export function describedAs(bytes: Uint8Array, text: string): Uint8Array {
  const entry = new BinaryWriter();
  entry.tag(1, WireType.LengthDelimited).string(networkKey).tag(2, WireType.LengthDelimited).string(text);
  const addition = new BinaryWriter().tag(14, WireType.LengthDelimited).bytes(entry.finish()).finish();
  return Buffer.concat([bytes, addition]);
}

/** The same bytes with one text in the place of another of the same length, wherever it stands. */
export function replaced(bytes: Uint8Array, text: string, by: string): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(text, by), 'latin1');
}

export function loaded(bytes: Uint8Array): LoadedCheckpoint {
  const { checkpoint, program } = readOnnx(bytes, 'new.onnx', () => {
    throw new Error('Nothing lies beside it.');
  });
  return { checkpoint: { ...checkpoint, sha256: '' }, program: { ...program, path: 'new.onnx', bytes } };
}
