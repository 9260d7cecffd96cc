import { Problem } from '../../core/problem';
import type { TfjsProgram } from '../../formats/loadedCheckpoint';
import { startBackend } from './startBackend';

/**
 * TensorFlow.js, loaded on first use: it takes a fifth of a second that an ONNX checkpoint should not have to wait for. Its
 * faster backend is in use afterwards, even when an earlier model had to be run on the other one.
 */
export async function tensorflow() {
  loaded ??= load();
  const { core, layers, backend } = await loaded;
  await core.setBackend(backend);
  return { core, layers };
}

/** One process has one TensorFlow.js. */
let loaded: ReturnType<typeof load> | null = null;

async function load() {
  const [core, layers, wasm] = await Promise.all([
    import('@tensorflow/tfjs-core'),
    import('@tensorflow/tfjs-layers'),
    import('@tensorflow/tfjs-backend-wasm'),
    import('@tensorflow/tfjs-backend-cpu'),
  ]);
  // Without this flag the cpu backend prints an advertisement for tfjs-node.
  core.env().set('PROD', true);
  return { core, layers, backend: await startBackend(core, wasm) };
}

export type TensorFlow = Awaited<ReturnType<typeof tensorflow>>;

/**
 * Does it on the backend in use; and, when the wasm backend fails (an operation that it lacks, no memory left), once more
 * on the cpu backend, whose reason counts.
 */
export async function onEitherBackend<T>({ core }: TensorFlow, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (core.getBackend() !== 'wasm') throw error;
    await core.setBackend('cpu');
    return action();
  }
}

/**
 * Builds the user's model in TensorFlow.js from memory. What only training needs is taken out of the topology first: an
 * orthogonal initializer alone, whose result the stored weights would replace at once, can take minutes.
 *
 * @throws Problem with TensorFlow.js's reason when it refuses the model.
 */
export async function loadTfjsModel(tf: TensorFlow, program: TfjsProgram, file: string) {
  const artifacts = {
    modelTopology: withoutTraining(program.modelTopology),
    weightSpecs: program.weightSpecs.map(({ name, shape, dtype }) => ({ name, shape, dtype: weightType(dtype) })),
    weightData: program.weightData,
  };
  try {
    return await onEitherBackend(tf, () => tf.layers.loadLayersModel(tf.core.io.fromMemory(artifacts)));
  } catch (error) {
    throw new Problem(`TensorFlow.js cannot load ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

/** The first line of what TensorFlow.js says, which is the reason; the rest is advice about its own functions. */
export function reasonOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line;
}

function weightType(dtype: string): 'float32' | 'int32' | 'bool' {
  return dtype === 'int32' || dtype === 'bool' ? dtype : 'float32';
}

function withoutTraining(topology: object): object {
  if (Array.isArray(topology)) return topology.map(plain);
  const entries = Object.entries(topology).map(([key, option]): [string, unknown] => {
    if (/initializer$/i.test(key)) return [key, { class_name: 'Zeros', config: {} }];
    if (/(regularizer|constraint)$/i.test(key)) return [key, null];
    return [key, plain(option)];
  });
  return Object.fromEntries(entries);
}

const plain = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? withoutTraining(value) : value;
