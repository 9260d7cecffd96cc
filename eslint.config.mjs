import eslint from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom (ARCHITECTURE.md has the picture). A folder that is not listed under `sees` is closed to it;
 * `seesTypes` are folders of which it may import types only.
 */
const folders = [
  { folder: 'src/core', sees: [] },
  { folder: 'src/formats', sees: ['src/core'] },
  { folder: 'src/runtime', sees: ['src/core', 'src/formats'] },
  { folder: 'src/protocol', sees: [], seesTypes: ['src/core'] },
  { folder: 'src/engine', sees: ['src/core', 'src/formats', 'src/runtime', 'src/protocol'] },
  { folder: 'src/cli', sees: ['src/core', 'src/formats', 'src/runtime', 'src/protocol'] },
  { folder: 'src/extension', sees: ['src/protocol'], seesTypes: ['src/core'] },
  { folder: 'webview-ui', sees: ['src/core', 'src/protocol'] },
];

/** A zone of `import-x/no-restricted-paths`: everything of ours is closed to the folder, except what it sees. */
const zoneOf = ({ folder, sees, seesTypes = [] }) => ({
  target: `./${folder}`,
  from: folders.map((other) => other.folder).filter((other) => ![folder, ...sees, ...seesTypes].includes(other)),
  message: `${folder} sees only ${[...sees, ...seesTypes.map((each) => `types of ${each}`)].join(', ') || 'itself'}.`,
});

const nativeRuntimes = {
  regex: '^(onnxruntime-|@tensorflow/)',
  message: 'Native runtimes are loaded in src/runtime only.',
};
const vsCode = { regex: '^vscode$', message: 'VS Code stays at the rim: only src/extension imports it.' };
const notMathematics = {
  regex: '^(?!\\.{1,2}/|@stdlib/|ml-matrix$)',
  message: 'The core imports only itself, @stdlib and ml-matrix: no I/O, no other packages.',
};
const nodeBuiltIns = { regex: '^node:', message: 'The panel runs in a browser: it has no Node.js.' };
const typesOnly = (folder) => ({
  group: [`**/${folder}/**`],
  allowTypeImports: true,
  message: `Only types of ${folder} may be imported here.`,
});

/** One `no-restricted-imports` for these files; a later one for the same file replaces an earlier one. */
const restrictImports = (files, ...patterns) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

export default tseslint.config(
  { ignores: ['dist/', 'out/', '**/node_modules/', '**/.cache/', '**/.venv/', 'examples/**/*.js'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'Buffer', 'URL', 'fetch', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval']
          .concat(['performance', 'structuredClone', 'AbortSignal', 'document', 'Element'])
          .map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.mjs', '.js'] })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: folders.map(zoneOf) }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Numbers are written into sentences everywhere here; a template that hides an object stays an error.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  restrictImports(['src/core/**'], notMathematics),
  restrictImports(['src/formats/**', 'src/engine/**', 'src/cli/**'], nativeRuntimes, vsCode),
  restrictImports(['src/runtime/**'], vsCode),
  restrictImports(['src/protocol/**'], nativeRuntimes, vsCode, typesOnly('core')),
  restrictImports(['src/extension/**'], nativeRuntimes, typesOnly('core')),
  restrictImports(['webview-ui/**'], nativeRuntimes, vsCode, nodeBuiltIns),
  {
    files: ['src/core/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': ['error', 'process', 'Buffer', 'setTimeout', 'setInterval', 'performance', 'fetch'],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is passed in.' },
        { object: 'Date', property: 'now', message: 'The core has no clock.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date']", message: 'The core has no clock.' },
      ],
    },
  },
  {
    // Tests read fixtures, whose shape the assertion itself checks.
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
