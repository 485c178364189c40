import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** One validation issue: where it is and what is expected. Contains no received value. */
export interface WireIssue {
  /** Path in the API's notation, such as `session.audio.output.voice` or `tools[0].name`. Empty for the body itself. */
  readonly path: string;
  /** The expected value, such as `must be at most 7200`. Contains no received value. */
  readonly message: string;
  /** `unknown`: the parameter does not exist. `missing`: it is required but absent. `invalid`: its value is wrong. */
  readonly kind: 'unknown' | 'missing' | 'invalid';
}

/**
 * Converts a zod error to issues that are safe to send and to log: received values are never repeated. Each unknown key
 * becomes one issue. For a union, the issues of the branch that most likely was intended are returned.
 *
 * @param error - The error that `safeParse` returned.
 * @param input - The value that was parsed. Used only to distinguish `missing` from `invalid`.
 *
 * @example
 * ```ts
 * const body: unknown = { temperature: 2, hats: 1 };
 * const parsed = sessionCreateRequestSchema.safeParse(body);
 * if (!parsed.success) issuePaths(parsed.error, body); // temperature: must be at most 1.2; hats: unknown parameter
 * ```
 */
export function issuePaths(error: z.ZodError, input: unknown): WireIssue[] {
  return error.issues.flatMap((issue) => toWireIssues(issue, { parents: [], input }));
}

interface IssueContext {
  /** Path of the union branch that contains the issue. */
  readonly parents: readonly PropertyKey[];
  readonly input: unknown;
}

function toWireIssues(issue: Issue, context: IssueContext): WireIssue[] {
  const segments = [...context.parents, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: formatPath([...segments, key]),
      message: 'unknown parameter',
      kind: 'unknown',
    }));
  }
  const branch = issue.code === 'invalid_union' ? findLikelyBranch(issue.errors) : undefined;
  if (branch !== undefined) {
    return branch.flatMap((inner) => toWireIssues(inner, { ...context, parents: segments }));
  }
  const path = formatPath(segments);
  if (issue.code === 'custom' && issue.params?.['kind'] === 'unknown')
    return [{ path, message: issue.message, kind: 'unknown' }];
  if (valueAt(context.input, segments) === undefined)
    return [{ path, message: issue.code === 'custom' ? issue.message : 'is required', kind: 'missing' }];
  const message = issue.code === 'invalid_union' ? describeUnion(issue) : describeIssue(issue);
  return [{ path, message, kind: 'invalid' }];
}

function describeUnion(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  if ('options' in issue && Array.isArray(issue.options)) return `must be ${formatChoices(issue.options)}`;
  const expected = issue.errors.flatMap((branch) => branch.slice(0, 1)).map(describeBranch);
  return expected.length === 0
    ? 'is not valid'
    : [...new Set(expected)].join(' or ').replaceAll(' or must be ', ' or ');
}

function describeBranch(issue: Issue): string {
  if (issue.code === 'invalid_union') return describeUnion(issue);
  return issue.code === 'unrecognized_keys' ? 'must be object' : describeIssue(issue);
}

/**
 * Finds the branch of a failed union that the sender most likely intended: of the branches that accept the type of the
 * value, the one with the fewest issues. Returns `undefined` when no branch accepts the type.
 */
function findLikelyBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches
    .filter((issues) => issues.length > 0 && !issues.some(rejectsWholeValue))
    .reduce<readonly Issue[] | undefined>(
      (best, issues) => (best === undefined || issues.length < best.length ? issues : best),
      undefined,
    );
}

function rejectsWholeValue(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return findLikelyBranch(issue.errors) === undefined;
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

const TYPE_NAMES: Readonly<Record<string, string>> = { int: 'integer', record: 'object', nan: 'number' };

/** Describes the expected value in terms of the schema only: received values are never repeated. */
function describeIssue(issue: Exclude<Issue, { code: 'unrecognized_keys' | 'invalid_union' }>): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.startsWith('must ')
        ? issue.message
        : `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${formatChoices(issue.values)}`;
    case 'too_small':
      return `must ${formatLimit('at least', issue.minimum, issue.origin)}`;
    case 'too_big':
      return `must ${formatLimit('at most', issue.maximum, issue.origin)}`;
    case 'custom':
      return issue.message;
    case 'invalid_format':
      return issue.format === 'regex' ? issue.message : `must be a valid ${issue.format}`;
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`;
    case 'invalid_key':
    case 'invalid_element':
      return 'must hold valid entries';
  }
}

function formatChoices(values: readonly unknown[]): string {
  const names = values.filter((value) => value !== undefined).map((value) => JSON.stringify(value));
  return names.length === 1 ? String(names[0]) : `one of ${names.join(', ')}`;
}

function formatLimit(comparison: string, limit: number | bigint, origin: string): string {
  if (origin === 'string') return `have ${comparison} ${String(limit)} character(s)`;
  if (origin === 'array' || origin === 'set') return `have ${comparison} ${String(limit)} item(s)`;
  return `be ${comparison} ${String(limit)}`;
}

function valueAt(input: unknown, segments: readonly PropertyKey[]): unknown {
  return segments.reduce<unknown>(
    (value, segment) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, segment) : undefined,
    input,
  );
}

const MAX_KEY_LENGTH = 64;
/** An API key or token anywhere in the text, a credential with its scheme, a JSON Web Token, or a URL, which can have a password. */
const LOOKS_SECRET = /(?<![\p{L}\p{N}])(?:sk|ek)[-_]|\b(?:bearer|basic)\s|\beyJ|:\/\//iu;

function formatPath(segments: readonly PropertyKey[]): string {
  return segments.reduce<string>((path, segment) => {
    if (typeof segment === 'number') return `${path}[${String(segment)}]`;
    const key = sanitizeKey(String(segment));
    return path === '' ? key : `${path}.${key}`;
  }, '');
}

/** Object keys come from the sender: they can be long, contain control characters, or be a secret. */
function sanitizeKey(key: string): string {
  if (LOOKS_SECRET.test(key)) return '(redacted)';
  return key.slice(0, MAX_KEY_LENGTH).replaceAll(/[^\p{L}\p{N} $_-]/gu, '?');
}
