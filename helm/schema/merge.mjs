// Merges the schema that the values' comments give with what only a person knows.
//
//   node merge.mjs GENERATED OVERLAY VALUES > values.schema.json
//
// What the overlay says wins; a $ref in it replaces what was generated, keeping the
// description. Objects that list their properties allow no others, unless the overlay says
// so. A property in only one of overlay and values is an error: it would be a typing error.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [generatedFile, overlayFile, valuesFile] = process.argv.slice(2);
const YAML = createRequire(new URL('../../.ci/package.json', import.meta.url))('yaml');

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** What the generator writes, mended: whole numbers, lists as lists, no guess about their items. */
function mend(schema) {
  const mended = { ...schema };
  if (mended.type === 'number') {
    mended.type = 'integer';
  }
  if (mended.type === 'array') {
    delete mended.items;
    if (typeof mended.default === 'string') {
      // "see values.yaml" is for the table of the README.
      mended.default = mended.default.startsWith('[') ? JSON.parse(mended.default) : undefined;
    }
  }
  if (mended.properties) {
    mended.properties = Object.fromEntries(Object.entries(mended.properties).map(([key, value]) => [key, mend(value)]));
  }
  return mended;
}

function merge(base, overlay) {
  if (!isObject(base) || !isObject(overlay)) {
    return overlay;
  }
  if ('$ref' in overlay) {
    return base.description ? { description: base.description, allOf: [overlay] } : overlay;
  }
  const merged = { ...base };
  for (const [key, value] of Object.entries(overlay)) {
    merged[key] = key in base ? merge(base[key], value) : value;
  }
  return merged;
}

function close(schema) {
  if (!isObject(schema)) {
    return schema;
  }
  const closed = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]));
  if (isObject(schema.properties) && schema.type === 'object' && !('additionalProperties' in schema)) {
    closed.additionalProperties = false;
  }
  return closed;
}

/** Find properties that only one of schema and values has. */
function differences(schema, values, path) {
  if (!isObject(schema?.properties) || !isObject(values)) {
    return [];
  }
  const inSchema = Object.keys(schema.properties);
  const inValues = Object.keys(values);
  return [
    ...inSchema.filter((key) => !inValues.includes(key)).map((key) => `${path}${key} is in the schema only`),
    ...inValues.filter((key) => !inSchema.includes(key)).map((key) => `${path}${key} is in the values only`),
    ...inSchema.flatMap((key) => differences(schema.properties[key], values[key], `${path}${key}.`)),
  ];
}

const read = (file) => readFileSync(file, 'utf8');
const generated = mend(JSON.parse(read(generatedFile)));
const schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  ...close(merge(generated, JSON.parse(read(overlayFile)))),
  title: 'Values of the chart tcp-echo',
};
const problems = differences(schema, YAML.parse(read(valuesFile)), '');
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
