import type { OperationName } from '../operation.ts';
import type { Query } from './query.ts';
import { operationNames, schemaOf, type OperationSchema, type Place } from './schemas.ts';
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

/** What the schema of an operation says about its requests. */
interface Request {
  readonly name: OperationName;
  readonly method: string;
  readonly kind: Target['kind'];
  readonly subresource: string | undefined;
  /** The fixed parts of its query that have a value: `list-type=2`. */
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  /** All names that it knows in a query. */
  readonly query: readonly string[];
}

const table = compileRoutes(operationNames.map((name) => compileRequest(schemaOf(name))));

function compileRequest({ name, method, path, input }: OperationSchema): Request {
  const literals = path.split('?')[1]?.split('&') ?? [];
  const members = (place: Place) => input.members.filter((member) => member.place === place);
  return {
    name,
    method,
    kind: targetKind(
      path,
      members('label').map((label) => label.name),
    ),
    subresource: literals.find((literal) => !literal.includes('=')),
    values: literals.flatMap((literal) => {
      const [parameter = '', value] = literal.split('=');
      return value === undefined ? [] : [[parameter, value] as const];
    }),
    requiredQuery: members('query').flatMap(({ wire, required }) => (required ? [wire] : [])),
    requiredHeaders: members('header').flatMap(({ wire, required }) =>
      required ? [wire.toLowerCase()] : [],
    ),
    query: members('query').map(({ wire }) => wire),
  };
}

function targetKind(path: string, labels: readonly string[]): Target['kind'] {
  if (path.startsWith('/{Key+}')) return 'object';
  // WriteGetObjectResponse has a fixed path, which reads like the name of a bucket.
  return labels.includes('Bucket') || !/^\/(?:\?|$)/.test(path) ? 'bucket' : 'service';
}

type Table = Readonly<Record<Target['kind'], ReadonlyMap<string, Routes>>>;

function compileRoutes(requests: readonly Request[]): Table {
  const anySubresource = subresources(requests);
  const compileKind = (kind: Target['kind']) => {
    const ofKind = requests.filter((request) => request.kind === kind);
    const ofKindSubresources = subresources(ofKind);
    const methods = new Map<string, Routes>();
    for (const method of new Set(ofKind.map((request) => request.method))) {
      const group = ofKind.filter((request) => request.method === method);
      const having = (name?: string) => group.filter(({ subresource }) => subresource === name);
      const reads = method === 'GET' || method === 'HEAD';
      methods.set(method, {
        plain: compileGroup(having(), true),
        bySubresource: new Map(
          [...subresources(group)].map((name) => [name, compileGroup(having(name), false)]),
        ),
        reserved: reads ? ofKindSubresources : anySubresource,
      });
    }
    return methods;
  };
  return {
    service: compileKind('service'),
    bucket: compileKind('bucket'),
    object: compileKind('object'),
  };
}

function subresources(requests: readonly Request[]): ReadonlySet<string> {
  return new Set(requests.flatMap(({ subresource }) => subresource ?? []));
}

/**
 * The candidates of one method, kind and sub-resource. Without a sub-resource, what an operation
 * requires tells what the request is; with one it only has to tell siblings apart, and whoever
 * forgot a required parameter is told so by the reader of the input.
 */
function compileGroup(group: readonly Request[], plain: boolean): Candidate[] {
  const conditional = plain || group.length > 1;
  const selectors = conditional ? new Set(group.flatMap((request) => request.requiredQuery)) : [];
  return group
    .map((request): Candidate => ({
      name: request.name,
      needsQuery: conditional ? request.requiredQuery : [],
      needsHeader: conditional ? request.requiredHeaders : [],
      needsValue: request.values,
      forbidsQuery: [...selectors].filter((name) => !request.query.includes(name)),
    }))
    .toSorted((a, b) => demands(b) - demands(a));
}
