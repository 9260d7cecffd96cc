import type { AnalysisReport, BoundResult } from '../../../src/core/report';

/** A row with every field set, to be varied by a test. */
export function aRow(changes: Partial<BoundResult> = {}): BoundResult {
  return {
    id: 'T2-Occam',
    status: 'certified',
    p: 2,
    value: 0.0712345,
    log10: -1.1473,
    gamma: 1,
    delta: 0.00625,
    lambda: 20,
    nats: 500,
    terms: [{ name: 'empirical', value: 0.01 }],
    costs: [],
    assumptions: [{ text: 'sequences are independent', state: 'assumed' }],
    source: 'theory 1.5',
    reason: null,
    ...changes,
  };
}

/** What reads the last step of the layer. */
export const aReadout: NonNullable<AnalysisReport['readout']> = {
  ...{ linear: true, reason: null, steps: 'last', finalActivation: 'none', output: 'scores', outputs: 2 },
  ...{ chain: [{ name: '/Gemm', operation: 'Gemm' }], hidden: [], matrix: null, biasNorm: null },
};

/** A small complete report, to be varied by a test. */
export function aReport(changes: Partial<AnalysisReport> = {}): AnalysisReport {
  const matrix = {
    gate: 'candidate',
    stored: null,
    frobeniusNorm: 2,
    norm21: 3,
    infinityNorm: 2.5,
    maxRowNorm: 1.5,
    stableRank: 1.2,
  };
  return {
    tool: { name: 'recurscope', version: '0.0.0' },
    checkpoint: { file: 'a.onnx', sha256: '0'.repeat(64), format: 'onnx', parameters: 28 },
    reference: null,
    layers: [
      {
        name: 'rnn',
        cell: 'vanilla',
        direction: 'forward',
        inputSize: 1,
        hiddenSize: 4,
        ...{ inputWidth: 1, outputWidth: 4, residual: false },
        equations: ['h = tanh(W x + U h₋ + b)'],
        equationsMathMl: ['<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>h</mi></math>'],
        source: 'Elman 1990',
        stateBound: { text: '|h| ≤ 1', unbounded: [] },
        matrices: [
          { name: 'W', ...matrix, role: 'input', shape: [4, 1], spectralNorm: { lower: 3, upper: 3.1 } },
          { name: 'U', ...matrix, role: 'recurrent', shape: [4, 4], spectralNorm: { lower: 0.8, upper: 0.81 } },
        ],
        biases: [],
        vectors: [],
        gates: [],
        regime: { beta: 0.81, regime: 'contracting' },
      },
    ],
    readout: null,
    data: {
      sequences: 10000,
      trainingSequences: 8000,
      heldOutSequences: 2000,
      maxLength: 10,
      minLength: 10,
      inputNorm: { two: 1, inf: 1 },
      task: 'classification',
      classes: 2,
      trainingError: 0.01,
      heldOutError: 0.012,
      regression: null,
      delta: 0.05,
    },
    agreement: { maxRelativeError: 1e-7, compared: 400, peer: 'onnxruntime' },
    margins: null,
    bounds: [aRow()],
    explanation: null,
    notes: [],
    ...changes,
  };
}
