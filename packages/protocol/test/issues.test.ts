import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { issuePaths } from '@realtime-session/protocol';

/** The issues of a value as `path: message (kind)`. Takes any schema: ours use only some of zod's issue codes. */
function issuesOf(schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  return parsed.success
    ? []
    : issuePaths(parsed.error, value).map(({ path, message, kind }) => `${path}: ${message} (${kind})`);
}

describe('issuePaths', () => {
  it.each<[string, z.ZodType, unknown, string]>([
    ['an integer', z.int(), 1.5, ': must be integer (invalid)'],
    ['a number', z.number(), Number.NaN, ': must be number (invalid)'],
    ['not a number', z.nan(), 1, ': must be number (invalid)'],
    ['a record', z.record(z.string(), z.number()), 7, ': must be object (invalid)'],
    ['a string', z.string(), 7, ': must be string (invalid)'],
    ['a literal', z.literal('on'), 'off', ': must be "on" (invalid)'],
    ['an enum', z.enum(['a', 'b']), 'c', ': must be one of "a", "b" (invalid)'],
    ['an optional literal', z.literal(['a', undefined]), 'c', ': must be "a" (invalid)'],
    ['a minimum length', z.string().min(2), 'a', ': must have at least 2 character(s) (invalid)'],
    ['a maximum number of items', z.array(z.int()).max(1), [1, 2], ': must have at most 1 item(s) (invalid)'],
    ['a minimum number of items', z.array(z.int()).min(1), [], ': must have at least 1 item(s) (invalid)'],
    ['a minimum set size', z.set(z.int()).min(1), new Set(), ': must have at least 1 item(s) (invalid)'],
    ['a minimum', z.number().min(2), 1, ': must be at least 2 (invalid)'],
    ['a multiple', z.number().multipleOf(20), 30, ': must be a multiple of 20 (invalid)'],
    ['an email address', z.email(), 'x', ': must be a valid email (invalid)'],
    [
      'a regular expression',
      z.string().regex(/^a$/, 'must be the letter a'),
      'b',
      ': must be the letter a (invalid)',
    ],
    ['a key schema', z.record(z.string().min(2), z.int()), { a: 1 }, 'a: must hold valid entries (invalid)'],
    ['a custom refinement', z.int().refine(() => false, 'must be even'), 1, ': must be even (invalid)'],
    ['a required key', z.object({ a: z.int() }), {}, 'a: is required (missing)'],
    [
      'a nested required key',
      z.object({ a: z.object({ b: z.int() }) }),
      { a: {} },
      'a.b: is required (missing)',
    ],
    [
      'an object, for null',
      z.object({ a: z.object({ b: z.int() }) }),
      { a: null },
      'a: must be object (invalid)',
    ],
    ['known keys only', z.strictObject({}), { hat: 1 }, 'hat: unknown parameter (unknown)'],
  ])('describes the expected value when the schema wants %s', (_name, schema, value, expected) => {
    expect(issuesOf(schema, value)).toEqual([expected]);
  });
});

describe('issuePaths of a union', () => {
  const named = z.strictObject({ name: z.string(), size: z.int() });
  const sized = z.strictObject({ size: z.int() });

  it('reports the branch with the fewest issues', () => {
    expect(issuesOf(z.union([named, sized]), { size: 'big' })).toEqual(['size: must be number (invalid)']);
    expect(issuesOf(z.union([sized, named]), { size: 'big' })).toEqual(['size: must be number (invalid)']);
  });

  it('reports the first branch when two have equally few issues', () => {
    const other = z.strictObject({ size: z.boolean() });
    expect(issuesOf(z.union([sized, other]), { size: 'big' })).toEqual(['size: must be number (invalid)']);
    expect(issuesOf(z.union([other, sized]), { size: 'big' })).toEqual(['size: must be boolean (invalid)']);
  });

  it('lists each expected type once when the value matches no branch', () => {
    expect(issuesOf(z.union([z.string(), named, sized]), 7)).toEqual([
      ': must be string or object (invalid)',
    ]);
    expect(issuesOf(z.union([z.literal('a'), z.int()]), true)).toEqual([': must be "a" or number (invalid)']);
    expect(issuesOf(z.union([z.int(), z.union([z.literal('a'), z.boolean()])]), 'b')).toEqual([
      ': must be number or "a" or boolean (invalid)',
    ]);
  });

  it('lists the discriminator values when the discriminator is invalid', () => {
    const shapes = z.discriminatedUnion('type', [
      z.object({ type: z.literal('a') }),
      z.object({ type: z.literal('b') }),
    ]);
    expect(issuesOf(z.object({ vad: shapes }), { vad: { type: 'c' } })).toEqual([
      'vad.type: must be one of "a", "b" (invalid)',
    ]);
  });

  it('prefers a branch that accepts the type of the value', () => {
    const shape = z.union([z.string().max(1), z.int()]);
    expect(issuesOf(shape, 'big')).toEqual([': must have at most 1 character(s) (invalid)']);
  });
});

describe('the path of an issue', () => {
  it.each([
    ['sk-secret', '(redacted)'],
    ['ek_secret', '(redacted)'],
    ['Bearer sk-proj-secret', '(redacted)'],
    ['Bearer c2VjcmV0', '(redacted)'],
    ['Basic dXNlcjpwdw==', '(redacted)'],
    ['eyJhbGciOiJIUzI1NiJ9', '(redacted)'],
    ['https://ada:pw@host', '(redacted)'],
    ['ask-me', 'ask-me'],
    ['risk_level', 'risk_level'],
    ['basic', 'basic'],
    ['a\u0000b', 'a?b'],
    ['k'.repeat(70), 'k'.repeat(64)],
  ])('formats the key %j as %j', (key, shown) => {
    expect(issuesOf(z.strictObject({}), { [key]: 1 })).toEqual([`${shown}: unknown parameter (unknown)`]);
  });

  it('contains array indexes', () => {
    expect(
      issuesOf(z.object({ tools: z.array(z.object({ name: z.string() })) }), { tools: [{ name: 1 }] }),
    ).toEqual(['tools[0].name: must be string (invalid)']);
  });
});
