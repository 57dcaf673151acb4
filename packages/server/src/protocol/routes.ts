import type { OperationName } from '../operation.ts';
import type { Query } from './query.ts';
import { operationNames, schemaOf, type OperationSchema } from './schemas.ts';
import type { Target } from './target.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** An operation among those of the same method, kind of target and sub-resource, with what the
 * request must and must not carry besides. */
interface Candidate {
  readonly name: OperationName;
  readonly needsQuery: readonly string[];
  readonly needsValue: readonly (readonly [name: string, value: string])[];
  readonly needsHeader: readonly string[];
  readonly forbidsQuery: readonly string[];
}

interface Routes {
  /** Operations without a sub-resource in the query, the most demanding first. */
  readonly plain: readonly Candidate[];
  /** By sub-resource: `cors`, `uploads`, `acl`. */
  readonly bySubresource: ReadonlyMap<string, readonly Candidate[]>;
  /** Sub-resources that make an operation of this method another one, or none. */
  readonly reserved: ReadonlySet<string>;
}

/**
 * Names the operation that a request asks for; undefined: none, which is MethodNotAllowed. OPTIONS
 * is no operation (preflights are answered before routing), nor is the form upload by POST.
 *
 * A query that names a sub-resource which the operation does not have is no match: `PUT
 * /bucket/key?versions` must not become PutObject, nor `DELETE /bucket?acl` DeleteBucket. Reads
 * look only at the sub-resources of their own kind, because pages add parameters of their own to
 * the addresses of objects (`/bucket/app.js?location=menu`).
 *
 * @param headers by lower-case name
 */
export function matchRoute(
  method: string,
  target: Target['kind'],
  query: Query,
  headers: Headers,
): OperationName | undefined {
  const routes = table[target].get(method);
  if (routes === undefined) return undefined;
  let candidates = routes.plain;
  if (query.entries.length > 0) {
    let subresource: string | undefined;
    for (const name of query.values.keys()) {
      if (routes.reserved.has(name)) {
        if (subresource !== undefined) return undefined;
        subresource = name;
      }
    }
    if (subresource !== undefined) candidates = routes.bySubresource.get(subresource) ?? [];
  }
  return choose(candidates, query, headers);
}

function choose(
  candidates: readonly Candidate[],
  query: Query,
  headers: Headers,
): OperationName | undefined {
  let found: Candidate | undefined;
  for (const candidate of candidates) {
    if (found === undefined) {
      if (fits(candidate, query, headers)) found = candidate;
    } else if (demands(candidate) < demands(found)) {
      break;
    } else if (query.values.get('x-id') === candidate.name && fits(candidate, query, headers)) {
      // Two operations that only the SDK's hint tells apart: ListBuckets, ListDirectoryBuckets.
      found = candidate;
    }
  }
  return found?.name;
}

function fits(candidate: Candidate, { values }: Query, headers: Headers): boolean {
  for (const name of candidate.needsHeader) if (headers[name] === undefined) return false;
  for (const name of candidate.needsQuery) if (!values.has(name)) return false;
  for (const [name, value] of candidate.needsValue) if (values.get(name) !== value) return false;
  for (const name of candidate.forbidsQuery) if (values.has(name)) return false;
  return true;
}

function demands(candidate: Candidate): number {
  return candidate.needsHeader.length + candidate.needsQuery.length + candidate.needsValue.length;
}

const table = compileRoutes();

function compileRoutes(): Record<Target['kind'], ReadonlyMap<string, Routes>> {
  const schemas = operationNames.map(schemaOf);
  const anySubresource = new Set(schemas.flatMap(subresourceOf));
  const compileKind = (kind: Target['kind']) => {
    const ofKind = schemas.filter((schema) => targetKind(schema) === kind);
    const subresources = new Set(ofKind.flatMap(subresourceOf));
    const compileMethod = (method: string): [string, Routes] => {
      const group = ofKind.filter((schema) => schema.method === method);
      const having = (name: string | undefined) =>
        group.filter((schema) => subresourceOf(schema)[0] === name);
      return [
        method,
        {
          plain: compileGroup(having(undefined), true),
          bySubresource: new Map(
            [...subresources].map((name) => [name, compileGroup(having(name), false)]),
          ),
          reserved: method === 'GET' || method === 'HEAD' ? subresources : anySubresource,
        },
      ];
    };
    return new Map([...new Set(ofKind.map(({ method }) => method))].map(compileMethod));
  };
  return {
    service: compileKind('service'),
    bucket: compileKind('bucket'),
    object: compileKind('object'),
  };
}

function targetKind(schema: OperationSchema): Target['kind'] {
  if (schema.path.startsWith('/{Key+}')) return 'object';
  // WriteGetObjectResponse has a fixed path, which reads like the name of a bucket.
  if (!/^\/(\?|$)/.test(schema.path)) return 'bucket';
  return schema.input.members.some(({ place, name }) => place === 'label' && name === 'Bucket')
    ? 'bucket'
    : 'service';
}

/** The fixed part of an operation's query: `?select&select-type=2`. */
function literals(schema: OperationSchema): (readonly [name: string, value: string | undefined])[] {
  const query = schema.path.split('?')[1];
  return (query?.split('&') ?? []).map((literal) => {
    const [name = '', value] = literal.split('=');
    return [name, value];
  });
}

/** At most one: the literal without a value. `list-type=2` is a condition instead, for other list
 * types are ListObjects. */
function subresourceOf(schema: OperationSchema): string[] {
  return literals(schema)
    .filter(([, value]) => value === undefined)
    .map(([name]) => name);
}

/**
 * The candidates of one method, kind and sub-resource. Without a sub-resource, what an operation
 * requires tells what the request is; with one it only has to tell siblings apart, and whoever
 * forgot a required parameter is told so by the reader of the input.
 */
function compileGroup(group: readonly OperationSchema[], plain: boolean): Candidate[] {
  const conditional = plain || group.length > 1;
  const required = (schema: OperationSchema, place: 'query' | 'header') =>
    conditional
      ? schema.input.members
          .filter((member) => member.required && member.place === place)
          .map((member) => (place === 'header' ? member.wire.toLowerCase() : member.wire))
      : [];
  const selectors = new Set(group.flatMap((schema) => required(schema, 'query')));
  return group
    .map((schema): Candidate => {
      const own = new Set(schema.input.members.map((member) => member.wire));
      return {
        name: schema.name,
        needsQuery: required(schema, 'query'),
        needsHeader: required(schema, 'header'),
        needsValue: literals(schema).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value] as const],
        ),
        forbidsQuery: [...selectors].filter((name) => !own.has(name)),
      };
    })
    .toSorted((a, b) => demands(b) - demands(a));
}
