// Writes the JSON schemas of the sidecar and of the report from the types that the program itself uses. Run it after
// changing src/core/declarations.ts or src/core/report.ts; a unit test fails when the files in schemas/ are stale.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const schemas = [
  {
    file: 'recurscope.schema.json',
    source: 'src/core/declarations.ts',
    type: 'Declarations',
    title: 'What a checkpoint cannot say about itself, for Recurscope',
  },
  { file: 'report.schema.json', source: 'src/core/report.ts', type: 'AnalysisReport', title: 'A Recurscope report' },
];

/** The schemas as texts, by file name; the same types give the same bytes. */
export function generateSchemas() {
  return Object.fromEntries(schemas.map((schema) => [schema.file, schemaText(schema)]));
}

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

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await mkdir(join(root, 'schemas'), { recursive: true });
  for (const [file, text] of Object.entries(generateSchemas())) await writeFile(join(root, 'schemas', file), text);
}
