// Writes the JSON schemas of the sidecar and of the report from the types that the program itself uses. Run it after
// changing one of these types. With --check it writes nothing and fails when a file in schemas/
// is not what the types say; a unit test runs it so.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const schemas = [
  {
    file: 'recurscope.schema.json',
    source: 'src/core/declarations.ts',
    type: 'Declarations',
    title: 'What a checkpoint cannot say about itself, for Recurscope',
  },
  {
    file: 'training.schema.json',
    source: 'src/core/training/trainingSettings.ts',
    type: 'TrainingSettings',
    title: 'How Recurscope retrains a checkpoint',
  },
  {
    file: 'network.schema.json',
    source: 'src/core/cells/networkDescription.ts',
    type: 'NetworkDescription',
    title: 'The network in an ONNX file that Recurscope wrote',
  },
  { file: 'report.schema.json', source: 'src/core/report.ts', type: 'AnalysisReport', title: 'A Recurscope report' },
];

function schemaText({ source, type, title }) {
  const generator = createGenerator({
    path: join(root, source),
    tsconfig: join(root, 'tsconfig.json'),
    type,
    topRef: false,
    jsDoc: 'extended',
    additionalProperties: false,
    sortProps: false,
    skipTypeCheck: true,
  });
  const { $schema, ...schema } = generator.createSchema(type);
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
}

const check = process.argv.includes('--check');
await mkdir(join(root, 'schemas'), { recursive: true });
for (const schema of schemas) {
  const path = join(root, 'schemas', schema.file);
  const text = schemaText(schema);
  if (!check) await writeFile(path, text);
  else if ((await readFile(path, 'utf8').catch(() => '')) !== text) {
    console.error(`schemas/${schema.file} is stale; run: node scripts/generateSchemas.mjs`);
    process.exitCode = 1;
  }
}
