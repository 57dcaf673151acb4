import type { OperationName } from '../operation.ts';
import { model } from './model.ts';

/** A value without parts. `date-time` is ISO 8601, `http-date` RFC 9110's IMF-fixdate; `stream` is
 * a body that is never gathered; `events` is the event stream of SelectObjectContent. */
export type SimpleType =
  | 'string'
  | 'number'
  | 'boolean'
  | 'blob'
  | 'stream'
  | 'events'
  | 'date-time'
  | 'http-date';

/** A simple type, the name of a structure (these begin with a capital), or a collection: `list` has
 * an element around its items, `flat` has none, `map` is the user metadata of an object. */
export type TypeModel =
  | string
  | readonly ['list', item: TypeModel, itemElement: string]
  | readonly ['flat', item: TypeModel]
  | readonly ['map'];

/** Where a member travels. */
export type Place =
  | 'label'
  | 'query'
  | 'header'
  | 'prefix-headers'
  | 'payload'
  | 'element'
  | 'attribute';

/** A member: its name in AWS's types, and its name on the wire at its place. */
export type MemberModel = readonly [
  name: string,
  type: TypeModel,
  place: Place,
  wire: string,
  required?: 1,
];

/** The name of a structure (empty: there is none), and of its root element where it has its own. */
type RootModel = readonly [structure: string, element?: string];

export type OperationModel = readonly [
  method: string,
  path: string,
  status: number,
  input: RootModel,
  output: RootModel,
];

/** The shape of the generated `model.ts`: arrays rather than objects keep it small. */
export interface Model {
  readonly operations: Readonly<Record<OperationName, OperationModel>>;
  readonly structures: Readonly<Record<string, readonly MemberModel[]>>;
}

/** One member of a structure. */
export interface Member {
  /** In AWS's types: `LastModified`. */
  readonly name: string;
  readonly type: TypeModel;
  readonly place: Place;
  /** On the wire: `Last-Modified`, `x-amz-meta-`, `uploadId`, the name of an element. */
  readonly wire: string;
  readonly required: boolean;
}

/** What the input or the output of an operation is made of. */
export interface Message {
  /** The element around the members whose place is `element`. */
  readonly root: string;
  readonly members: readonly Member[];
}

export interface OperationSchema {
  readonly name: OperationName;
  readonly method: string;
  /** The path as AWS writes it, without the bucket: `/{Key+}?uploads`. */
  readonly path: string;
  /** The status of a success. */
  readonly status: number;
  readonly input: Message;
  readonly output: Message;
}

const structures = new Map<string, readonly Member[]>();

/** The members of a structure that a {@link TypeModel} names. */
export function structure(name: string): readonly Member[] {
  const known = structures.get(name);
  if (known !== undefined) return known;
  const raw = model.structures[name];
  if (raw === undefined) throw new Error(`no structure ${name}`);
  const members = raw.map(([name, type, place, wire, required]) => ({
    name,
    type,
    place,
    wire,
    required: required === 1,
  }));
  structures.set(name, members);
  return members;
}

/** What AWS's servers answer where its model says 200. */
const statuses: Readonly<Partial<Record<OperationName, number>>> = {
  PutBucketPolicy: 204,
  PutBucketTagging: 204,
};

/** The schema of an operation, as AWS publishes it. */
export function schemaOf(name: OperationName): OperationSchema {
  const [method, path, modelled, input, output] = model.operations[name];
  const status = statuses[name] ?? modelled;
  return { name, method, path, status, input: message(input), output: message(output) };
}

function message([name, root]: RootModel): Message {
  return { root: root ?? name, members: name === '' ? [] : structure(name) };
}

function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(model.operations, name);
}

/** All 112, in alphabetical order. */
export const operationNames: readonly OperationName[] = Object.keys(model.operations).filter(
  isOperationName,
);
