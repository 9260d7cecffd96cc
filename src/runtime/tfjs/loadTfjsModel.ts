import { Problem } from '../../core/problem';
import type { TfjsProgram } from '../../formats/loadedCheckpoint';

/** TensorFlow.js, loaded on first use: it takes a fifth of a second that an ONNX checkpoint should not have to wait for. */
export async function tensorflow() {
  const [core, layers] = await Promise.all([
    import('@tensorflow/tfjs-core'),
    import('@tensorflow/tfjs-layers'),
    import('@tensorflow/tfjs-backend-cpu'),
  ]);
  // Without this flag the cpu backend prints an advertisement for tfjs-node.
  core.env().set('PROD', true);
  await core.setBackend('cpu');
  return { core, layers };
}

export type TensorFlow = Awaited<ReturnType<typeof tensorflow>>;

/**
 * Builds the user's model in TensorFlow.js from memory. What only training needs is taken out of the topology first: an
 * orthogonal initializer alone, whose result the stored weights would replace at once, can take minutes on the cpu backend.
 *
 * @throws Problem with TensorFlow.js's reason when it refuses the model.
 */
export async function loadTfjsModel({ core, layers }: TensorFlow, program: TfjsProgram, file: string) {
  const artifacts = {
    modelTopology: withoutTraining(program.modelTopology),
    weightSpecs: program.weightSpecs.map(({ name, shape, dtype }) => ({ name, shape, dtype: weightType(dtype) })),
    weightData: program.weightData,
  };
  try {
    return await layers.loadLayersModel(core.io.fromMemory(artifacts));
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
