import type { InferenceSession } from 'onnxruntime-node';

/**
 * How onnxruntime sessions that run networks are opened. At most two threads, which do not spin while they wait: the user
 * is working on the same machine. Nothing is printed but what ends the process: errors are thrown as well, and told in our
 * own words.
 */
export const sessionOptions: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 2,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};
