import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as sdk from '@aws-sdk/client-s3';
import { NormalizedSchema } from '@smithy/core/schema';
import type { MemberModel, OperationModel, Place, SimpleType, TypeModel } from './schemas.ts';

// Reads the schemas that the SDK exports and writes `model.ts`, so that a running server needs
// neither the SDK nor its schema library: importing them costs a process 150 ms and 21 MB.
// After an update of the SDK: `node packages/server/dist/protocol/extract-model.js`.

type OperationSchema = readonly [9, namespace: string, name: string, traits: object, ...unknown[]];

function isOperationSchema(value: unknown): value is OperationSchema {
  return Array.isArray(value) && value[0] === 9;
}

type Traits = Readonly<Record<string, unknown>>;

/** The text of `model.ts` as the installed SDK says it must be. */
export function extractModel(): string {
  const structures = new Map<string, readonly MemberModel[]>();
  const operations = Object.values<unknown>(sdk)
    .filter(isOperationSchema)
    .map((schema) => [schema[2], operationModel(schema, structures)] as const);
  return render(operations, structures);
}

function operationModel(
  schema: OperationSchema,
  structures: Map<string, readonly MemberModel[]>,
): OperationModel {
  const [, , name, traits, input, output] = schema;
  const http: unknown = 'http' in traits ? traits.http : undefined;
  if (!Array.isArray(http)) throw new Error(`${name} has no HTTP binding`);
  const [method, path, status]: unknown[] = http;
  return [
    String(method),
    // `x-id` only repeats the operation's name, and only the SDK for JavaScript sends it.
    String(path)
      .replace(/([?&])x-id=\w+&?/, '$1')
      .replace(/[?&]$/, ''),
    Number(status),
    addRoot(NormalizedSchema.of(refer(input)), structures),
    addRoot(NormalizedSchema.of(refer(output)), structures),
  ];
}

/** Schemas refer to each other lazily, by functions. */
function refer(reference: unknown): Parameters<typeof NormalizedSchema.of>[0] {
  // The cast is the boundary: what the SDK exports as schemas is what its library reads.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return reference as Parameters<typeof NormalizedSchema.of>[0];
}

/** Inputs and outputs: their name, and the root element of their XML where that differs. */
function addRoot(
  schema: NormalizedSchema,
  structures: Map<string, readonly MemberModel[]>,
): OperationModel[3] {
  if (schema.isUnitSchema()) return [''];
  const name = addStructure(schema, structures);
  const root = wireName(schema.getOwnTraits(), 'xmlName');
  return root === undefined ? [name] : [name, root];
}

function addStructure(
  schema: NormalizedSchema,
  structures: Map<string, readonly MemberModel[]>,
): string {
  const name = schema.getName();
  if (name === undefined) throw new Error('a structure without a name');
  if (structures.has(name)) return name;
  structures.set(name, []);
  const raw: unknown = schema.getSchema();
  // Required members come first; the schema's last entry counts them.
  const requiredCount = Array.isArray(raw) ? Number(raw[6] ?? 0) : 0;
  const members = [...schema.structIterator()].map(([memberName, member], index): MemberModel => {
    const traits: Traits = member.getMergedTraits();
    const place = placeOf(traits);
    const wire = memberWireName(memberName, member, place);
    const type = typeOf(member, place, structures);
    return index < requiredCount
      ? [memberName, type, place, wire, 1]
      : [memberName, type, place, wire];
  });
  structures.set(name, members);
  return name;
}

function placeOf(traits: Traits): Place {
  if (traits['httpPayload'] === 1) return 'payload';
  if (traits['httpQuery'] !== undefined) return 'query';
  if (traits['httpHeader'] !== undefined) return 'header';
  if (traits['httpPrefixHeaders'] !== undefined) return 'prefix-headers';
  if (traits['httpLabel'] === 1) return 'label';
  return traits['xmlAttribute'] === 1 ? 'attribute' : 'element';
}

function memberWireName(memberName: string, member: NormalizedSchema, place: Place): string {
  const traits: Traits = member.getMergedTraits();
  switch (place) {
    case 'query':
      return wireName(traits, 'httpQuery') ?? memberName;
    case 'header':
      // The SDK reads the `Expires` of an answer twice, as a date and, under a header name that is
      // never on the wire, as the string that was sent.
      return memberName === 'ExpiresString'
        ? 'Expires'
        : (wireName(traits, 'httpHeader') ?? memberName);
    case 'prefix-headers':
      return wireName(traits, 'httpPrefixHeaders') ?? memberName;
    case 'payload':
      return wireName(traits, 'xmlName') ?? member.getName() ?? memberName;
    case 'label':
      return memberName;
    case 'element':
    case 'attribute':
    default:
      return wireName(member.getMemberTraits(), 'xmlName') ?? memberName;
  }
}

function wireName(traits: object, trait: string): string | undefined {
  const value: unknown = Reflect.get(traits, trait);
  return typeof value === 'string' ? value : undefined;
}

function typeOf(
  schema: NormalizedSchema,
  place: Place,
  structures: Map<string, readonly MemberModel[]>,
): TypeModel {
  if (schema.isStructSchema()) {
    return schema.isStreaming() ? 'events' : addStructure(schema, structures);
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const itemType = typeOf(item, place, structures);
    const traits: Traits = schema.getMergedTraits();
    if (traits['xmlFlattened'] === 1) return ['flat', itemType];
    return ['list', itemType, wireName(item.getMergedTraits(), 'xmlName') ?? 'member'];
  }
  if (schema.isMapSchema()) return ['map'];
  return simpleType(schema, place);
}

function simpleType(schema: NormalizedSchema, place: Place): SimpleType {
  if (schema.isStringSchema()) return 'string';
  if (schema.isNumericSchema()) return 'number';
  if (schema.isBooleanSchema()) return 'boolean';
  if (schema.isBlobSchema()) return schema.isStreaming() ? 'stream' : 'blob';
  // Timestamps: 5 and 6 name their format, 4 has the default of its place.
  const kind: unknown = schema.getSchema();
  if (kind === 5 || (kind === 4 && place !== 'header')) return 'date-time';
  if (kind === 6 || kind === 4) return 'http-date';
  throw new Error(`no type for ${schema.getName(true)}`);
}

function render(
  operations: readonly (readonly [string, OperationModel])[],
  structures: ReadonlyMap<string, readonly MemberModel[]>,
): string {
  const lines = [
    '// Made by extract-model.ts from the schemas of @aws-sdk/client-s3; not edited by hand.',
    '/* oxlint-disable max-lines */',
    "import type { Model } from './schemas.ts';",
    '',
    '// oxfmt-ignore',
    'export const model: Model = {',
    '  operations: {',
    ...operations.map(([name, operation]) => `    ${name}: ${text(operation)},`),
    '  },',
    '  structures: {',
  ];
  for (const [name, members] of structures) {
    lines.push(`    ${name}: [`, ...members.map((member) => `      ${text(member)},`), '    ],');
  }
  lines.push('  },', '};', '');
  return lines.join('\n');
}

function text(value: unknown): string {
  return JSON.stringify(value).replaceAll("'", "\\'").replaceAll('"', "'").replaceAll(',', ', ');
}

const self = fileURLToPath(import.meta.url);
if (process.argv[1] === self) {
  writeFileSync(new URL('../../src/protocol/model.ts', import.meta.url), extractModel());
}
