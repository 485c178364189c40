import type { z } from 'zod';
import { describeIssue, oneOf } from './describe-issue.ts';
import { likelyBranch } from './union-branch.ts';
import { wirePath } from './wire-path.ts';

type Issue = z.core.$ZodIssue;
type UnionIssue = Extract<Issue, { code: 'invalid_union' }>;

/** One complaint about a request: where and what, never what was sent. */
export interface WireIssue {
  /** Where, written like the API does: `session.audio.output.voice`, `tools[0].name`; empty for the body itself. */
  readonly path: string;
  /** What would be right, such as `must be at most 7200`. Holds no received value. */
  readonly message: string;
  /** `unknown`: no such parameter. `missing`: required and absent. `invalid`: present and wrong. */
  readonly kind: 'unknown' | 'missing' | 'invalid';
}

/**
 * Turns a zod error into complaints that are safe to send and to log: received values are never repeated. Unknown
 * keys become one complaint each. In a union, the branch the sender most likely meant is reported.
 *
 * @param error - What `safeParse` returned.
 * @param input - The value that was parsed; only used to tell `missing` from `invalid`.
 *
 * @example
 * ```ts
 * const body: unknown = { temperature: 2, hats: 1 };
 * const parsed = sessionCreateRequestSchema.safeParse(body);
 * if (!parsed.success) issuePaths(parsed.error, body); // temperature: must be at most 1.2; hats: unknown parameter
 * ```
 */
export function issuePaths(error: z.ZodError, input: unknown): WireIssue[] {
  return error.issues.flatMap((issue) => explain(issue, { parents: [], input }));
}

interface Place {
  readonly parents: readonly PropertyKey[];
  readonly input: unknown;
}

function explain(issue: Issue, place: Place): WireIssue[] {
  const segments = [...place.parents, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: wirePath([...segments, key]),
      message: 'unknown parameter',
      kind: 'unknown',
    }));
  }
  const branch = issue.code === 'invalid_union' ? likelyBranch(issue.errors) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => explain(inner, { ...place, parents: segments }));
  const path = wirePath(segments);
  if (valueAt(place.input, segments) === undefined)
    return [{ path, message: 'is required', kind: 'missing' }];
  const message = issue.code === 'invalid_union' ? describeUnion(issue) : describeIssue(issue);
  return [{ path, message, kind: 'invalid' }];
}

function describeUnion(issue: UnionIssue): string {
  if ('options' in issue && Array.isArray(issue.options)) return `must be ${oneOf(issue.options)}`;
  const wanted = issue.errors.flatMap((branch) => branch.slice(0, 1)).map(describeBranch);
  return wanted.length === 0
    ? 'is not valid'
    : [...new Set(wanted)].join(' or ').replaceAll(' or must be ', ' or ');
}

function describeBranch(issue: Issue): string {
  if (issue.code === 'invalid_union') return describeUnion(issue);
  return issue.code === 'unrecognized_keys' ? 'must be object' : describeIssue(issue);
}

function valueAt(input: unknown, segments: readonly PropertyKey[]): unknown {
  return segments.reduce<unknown>(
    (value, segment) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, segment) : undefined,
    input,
  );
}
