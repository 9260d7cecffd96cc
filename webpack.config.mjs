import fs from 'node:fs';
import path from 'node:path';
import { EsbuildPlugin } from 'esbuild-loader';
import webpack from 'webpack';

const root = import.meta.dirname;

/**
 * Six programs, one file each: the extension, the background process, its threads, what tries devices, the panel and the
 * command line. The TensorFlow.js part of the background process becomes a chunk of its own because the source asks for it
 * with `import()`, so that an ONNX checkpoint never waits for it.
 *
 * @param {unknown} _environment
 * @param {{ mode?: 'development' | 'production' }} options Production is minified and has no source maps.
 */
export default function configure(_environment, { mode = 'development' } = {}) {
  const production = mode === 'production';

  /** @param {string} name @param {string} entry @param {import('webpack').Configuration} own */
  const program = (name, entry, own) => ({
    name,
    mode,
    context: root,
    entry: { [name]: `./${entry}` },
    devtool: production ? false : 'source-map',
    resolve: { extensions: ['.ts', '.tsx', '.mjs', '.js'] },
    performance: { hints: false },
    stats: 'errors-warnings',
    infrastructureLogging: { level: 'warn' },
    ...own,
    optimization: { minimizer: [new EsbuildPlugin({ target: 'es2022', css: true })], ...own.optimization },
    output: { path: path.join(root, 'dist'), filename: '[name].js', chunkFilename: '[name].js', ...own.output },
    module: {
      rules: [
        {
          test: /\.tsx?$/,
          loader: 'esbuild-loader',
          options: { target: own.target === 'web' ? 'es2022' : 'node20', jsx: 'automatic', jsxImportSource: 'preact' },
        },
      ],
    },
  });

  /** @param {string} name @param {string} entry @param {import('webpack').WebpackPluginInstance[]} plugins */
  const nodeProgram = (name, entry, plugins = []) =>
    program(name, entry, {
      target: 'node20',
      output: { library: { type: 'commonjs2' } },
      // `vscode` exists only inside VS Code; onnxruntime-node has native files, which stay where npm put them.
      externals: { vscode: 'commonjs vscode', 'onnxruntime-node': 'commonjs onnxruntime-node' },
      // Programs find their neighbours in dist/ through __dirname.
      node: { __dirname: false, __filename: false },
      // Only TensorFlow.js is asked for with `import()`, so whatever package comes late comes with it.
      optimization: {
        splitChunks: {
          cacheGroups: {
            default: false,
            defaultVendors: false,
            tensorflow: { test: /[\\/]node_modules[\\/]/, name: 'tensorflow', chunks: 'async' },
          },
        },
      },
      plugins,
    });

  return [
    nodeProgram('extension', 'src/extension/extension.ts'),
    nodeProgram('engine', 'src/engine/main.ts', [
      { apply: (compiler) => compiler.hooks.afterEmit.tap('wasm', () => copyWasm(compiler.outputPath)) },
    ]),
    nodeProgram('trialWorker', 'src/runtime/nearby/trialWorker.ts'),
    nodeProgram('deviceProbe', 'src/runtime/training/deviceProbe.ts'),
    nodeProgram('recurscope', 'src/cli/main.ts', [
      new webpack.BannerPlugin({ banner: '#!/usr/bin/env node', raw: true }),
      { apply: (compiler) => compiler.hooks.afterEmit.tap('executable', () => makeExecutable(compiler.outputPath)) },
    ]),
    program('webview', 'webview-ui/src/main.tsx', { target: 'web', experiments: { css: true } }),
  ];
}

function makeExecutable(folder) {
  fs.chmodSync(path.join(folder, 'recurscope.js'), 0o755);
}

/** TensorFlow.js reads these from the disk: with vector instructions, and for processors without them. */
function copyWasm(folder) {
  const from = path.join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
  for (const name of ['tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm.wasm'])
    fs.copyFileSync(path.join(from, name), path.join(folder, name));
}
