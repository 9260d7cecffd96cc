import fs from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const root = path.resolve(here, '../..');
const names = fs
  .readdirSync(here)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.basename(file, '.ts'));

/** The suite that runs inside VS Code: one file for each test file, because VS Code loads plain CommonJS only. */
export default {
  mode: 'development',
  context: here,
  target: 'node20',
  devtool: 'inline-source-map',
  entry: Object.fromEntries(names.map((name) => [name, `./${name}.ts`])),
  output: {
    path: path.join(root, 'out/test-extension'),
    filename: '[name].js',
    library: { type: 'commonjs2' },
    clean: true,
  },
  resolve: { extensions: ['.ts', '.js'] },
  externals: { vscode: 'commonjs vscode', mocha: 'commonjs mocha' },
  node: { __dirname: false },
  module: { rules: [{ test: /\.ts$/, loader: 'esbuild-loader', options: { target: 'node20' } }] },
  stats: 'errors-warnings',
};
