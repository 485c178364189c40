import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { issuePaths } from '@realtime-session/protocol';

/** What is said about a value, as `path: message`, for any schema: our own ones use only part of what zod can say. */
function said(schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  return parsed.success
    ? []
    : issuePaths(parsed.error, value).map(({ path, message, kind }) => `${path}: ${message} (${kind})`);
}

describe('a complaint', () => {
  it.each<[string, z.ZodType, unknown, string]>([
    ['an integer', z.int(), 1.5, ': must be integer (invalid)'],
    ['a number', z.number(), Number.NaN, ': must be number (invalid)'],
    ['not a number', z.nan(), 1, ': must be number (invalid)'],
    ['an object of any keys', z.record(z.string(), z.number()), 7, ': must be object (invalid)'],
    ['a string', z.string(), 7, ': must be string (invalid)'],
    ['one value', z.literal('on'), 'off', ': must be "on" (invalid)'],
    ['one of two values', z.enum(['a', 'b']), 'c', ': must be one of "a", "b" (invalid)'],
    ['a value that may be absent', z.literal(['a', undefined]), 'c', ': must be "a" (invalid)'],
    ['a longer string', z.string().min(2), 'a', ': must have at least 2 character(s) (invalid)'],
    ['a shorter list', z.array(z.int()).max(1), [1, 2], ': must have at most 1 item(s) (invalid)'],
    ['a longer list', z.array(z.int()).min(1), [], ': must have at least 1 item(s) (invalid)'],
    ['a larger set', z.set(z.int()).min(1), new Set(), ': must have at least 1 item(s) (invalid)'],
    ['a larger number', z.number().min(2), 1, ': must be at least 2 (invalid)'],
    ['a multiple', z.number().multipleOf(20), 30, ': must be a multiple of 20 (invalid)'],
    ['an address', z.email(), 'x', ': must be a valid email (invalid)'],
    ['a pattern', z.string().regex(/^a$/, 'must be the letter a'), 'b', ': must be the letter a (invalid)'],
    [
      'keys of a kind',
      z.record(z.string().min(2), z.int()),
      { a: 1 },
      'a: must hold valid entries (invalid)',
    ],
    ['a rule of its own', z.int().refine(() => false, 'must be even'), 1, ': must be even (invalid)'],
    ['something', z.object({ a: z.int() }), {}, 'a: is required (missing)'],
    ['something deeper', z.object({ a: z.object({ b: z.int() }) }), { a: {} }, 'a.b: is required (missing)'],
    ['more than null', z.object({ a: z.object({ b: z.int() }) }), { a: null }, 'a: must be object (invalid)'],
    ['other keys', z.strictObject({}), { hat: 1 }, 'hat: unknown parameter (unknown)'],
  ])('about %s says what would be right', (_what, schema, value, words) => {
    expect(said(schema, value)).toEqual([words]);
  });
});

describe('a complaint about a choice of shapes', () => {
  const named = z.strictObject({ name: z.string(), size: z.int() });
  const sized = z.strictObject({ size: z.int() });

  it('is about the shape that is nearest', () => {
    expect(said(z.union([named, sized]), { size: 'big' })).toEqual(['size: must be number (invalid)']);
    expect(said(z.union([sized, named]), { size: 'big' })).toEqual(['size: must be number (invalid)']);
  });

  it('takes the first of those that are equally near', () => {
    const other = z.strictObject({ size: z.boolean() });
    expect(said(z.union([sized, other]), { size: 'big' })).toEqual(['size: must be number (invalid)']);
    expect(said(z.union([other, sized]), { size: 'big' })).toEqual(['size: must be boolean (invalid)']);
  });

  it('names every kind once when the value is of none of them', () => {
    expect(said(z.union([z.string(), named, sized]), 7)).toEqual([': must be string or object (invalid)']);
    expect(said(z.union([z.literal('a'), z.int()]), true)).toEqual([': must be "a" or number (invalid)']);
    expect(said(z.union([z.int(), z.union([z.literal('a'), z.boolean()])]), 'b')).toEqual([
      ': must be number or "a" or boolean (invalid)',
    ]);
  });

  it('lists the words that choose the shape', () => {
    const shapes = z.discriminatedUnion('type', [
      z.object({ type: z.literal('a') }),
      z.object({ type: z.literal('b') }),
    ]);
    expect(said(z.object({ vad: shapes }), { vad: { type: 'c' } })).toEqual([
      'vad.type: must be one of "a", "b" (invalid)',
    ]);
  });

  it('is about the shape that has a value of the right kind, not about one that has not', () => {
    const shape = z.union([z.string().max(1), z.int()]);
    expect(said(shape, 'big')).toEqual([': must have at most 1 character(s) (invalid)']);
  });
});

describe('the path of a complaint', () => {
  it.each([
    ['sk-secret', '(redacted)'],
    ['ek_secret', '(redacted)'],
    ['ask-me', 'ask-me'],
    ['a\u0000b', 'a?b'],
    ['k'.repeat(70), 'k'.repeat(64)],
  ])('shows the key %j as %j', (key, shown) => {
    expect(said(z.strictObject({}), { [key]: 1 })).toEqual([`${shown}: unknown parameter (unknown)`]);
  });

  it('counts in lists', () => {
    expect(
      said(z.object({ tools: z.array(z.object({ name: z.string() })) }), { tools: [{ name: 1 }] }),
    ).toEqual(['tools[0].name: must be string (invalid)']);
  });
});
