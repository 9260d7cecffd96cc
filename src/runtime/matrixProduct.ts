import { InferenceSession, Tensor } from 'onnxruntime-node';
import { plainMatrixProduct, type MatrixProduct } from '../core/linalg/matrixProduct';

/** Below so many multiplications the call into the runtime costs more than the product. */
const WORTH_A_CALL = 2 ** 15;

/** A float64 matrix product by onnxruntime, and the way to let go of its session: whoever creates it disposes of it. */
export interface NativeMatrixProduct extends MatrixProduct {
  readonly dispose: () => Promise<void>;
}

/**
 * The product left · rightᵀ as one `Gemm` operator in double precision on the CPU, which computes it by the classical
 * algorithm, as `MatrixProduct` asks. One session, opened by the first product that is worth it, serves all shapes.
 *
 * @param threads how many threads a product may use; all cores unless given.
 */
export function nativeMatrixProduct(threads?: number): NativeMatrixProduct {
  let opening: Promise<InferenceSession> | undefined;
  const multiply: MatrixProduct = async (left, right, shape) => {
    const { rows, columns, inner } = shape;
    if (rows * columns * inner < WORTH_A_CALL) return plainMatrixProduct(left, right, shape);
    opening ??= openSession(threads);
    const { product } = await (
      await opening
    ).run({
      left: new Tensor('float64', left, [rows, inner]),
      right: new Tensor('float64', right, [columns, inner]),
    });
    const data = product?.data;
    if (!(data instanceof Float64Array)) throw new Error('The matrix product of the native runtime is not float64.');
    return data;
  };
  const dispose = async (): Promise<void> => {
    const session = await opening;
    opening = undefined;
    await session?.release();
  };
  return Object.assign(multiply, { dispose });
}

function openSession(threads: number | undefined): Promise<InferenceSession> {
  return InferenceSession.create(productModel(), {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
    // Waiting threads sleep: between two products there is other work for the cores.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  });
}

/** The ONNX model of one node, product = Gemm(left, right, transB = 1), byte by byte in protobuf: it is that small. */
function productModel(): Uint8Array {
  const key = (field: number, wireType: number): number[] =>
    field < 16 ? [field * 8 + wireType] : [((field * 8 + wireType) & 127) | 128, (field * 8 + wireType) >> 7];
  const integer = (field: number, value: number): number[] => [...key(field, 0), value];
  const block = (field: number, ...body: number[][]): number[] => {
    const bytes = body.flat();
    return [...key(field, 2), bytes.length, ...bytes];
  };
  const text = (field: number, value: string): number[] => block(field, [...new TextEncoder().encode(value)]);
  const [float64, integerAttribute, irVersion, operatorSet] = [11, 2, 8, 13];
  const port = (field: number, name: string): number[] =>
    block(field, text(1, name), block(2, block(1, integer(1, float64))));
  const node = block(
    1,
    ...[text(1, 'left'), text(1, 'right'), text(2, 'product'), text(4, 'Gemm')],
    block(5, text(1, 'transB'), integer(3, 1), integer(20, integerAttribute)),
  );
  const graph = [node, text(2, 'product'), port(11, 'left'), port(11, 'right'), port(12, 'product')];
  return Uint8Array.from([
    ...integer(1, irVersion),
    ...block(7, ...graph),
    ...block(8, text(1, ''), integer(2, operatorSet)),
  ]);
}
