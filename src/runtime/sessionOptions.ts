import type { InferenceSession } from 'onnxruntime-node';

/**
 * How onnxruntime sessions that run networks are opened. At most two threads, which do not spin while they wait: the user
 * is working on the same machine. Warnings about graphs that are the user's own are not ours to print.
 */
export const sessionOptions: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 2,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};
