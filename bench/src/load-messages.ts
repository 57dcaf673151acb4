import type { LoadResult, RunLimit } from './client.ts';
import type { LoadPlan } from './plan.ts';

/** What the load process is asked; `plan` numbers one prepared load. */
export type LoadRequest =
  | { readonly kind: 'prepare'; readonly plan: number; readonly load: LoadPlan }
  | { readonly kind: 'connect'; readonly plan: number }
  | { readonly kind: 'run'; readonly plan: number; readonly limit: RunLimit }
  | { readonly kind: 'close'; readonly plan: number };

export interface LoadCall {
  readonly call: number;
  readonly request: LoadRequest;
}

export interface LoadReply {
  readonly call: number;
  readonly result?: LoadResult;
  readonly error?: string;
}
