import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const EXPECTED_NAMES: Readonly<Record<string, string>> = { int: 'integer', record: 'object', nan: 'number' };

/**
 * Says what would have been right, in words that come from the schema alone: nothing of what was sent is repeated.
 *
 * @param issue - One zod issue that is neither about unknown keys nor a union.
 */
export function describeIssue(
  issue: Exclude<Issue, { code: 'unrecognized_keys' | 'invalid_union' }>,
): string {
  switch (issue.code) {
    case 'invalid_type':
      return describeType(issue.expected);
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}`;
    case 'too_small':
      return `must ${measure(issue.origin)} at least ${String(issue.minimum)}${unit(issue.origin)}`;
    case 'too_big':
      return `must ${measure(issue.origin)} at most ${String(issue.maximum)}${unit(issue.origin)}`;
    case 'custom':
      return issue.message;
    case 'invalid_format':
      return describeFormat(issue);
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`;
    case 'invalid_key':
    case 'invalid_element':
      return 'must hold valid entries';
  }
}

function describeType(expected: string): string {
  return `must be ${EXPECTED_NAMES[expected] ?? expected}`;
}

function describeFormat(issue: Extract<Issue, { code: 'invalid_format' }>): string {
  return issue.format === 'regex' ? issue.message : `must be a valid ${issue.format}`;
}

/**
 * Names the allowed values.
 *
 * @param values - Values the schema lists.
 */
export function oneOf(values: readonly unknown[]): string {
  const names = values.filter((value) => value !== undefined).map((value) => JSON.stringify(value));
  return names.length === 1 ? String(names[0]) : `one of ${names.join(', ')}`;
}

function measure(origin: string): string {
  return unit(origin) === '' ? 'be' : 'have';
}

function unit(origin: string): string {
  if (origin === 'string') return ' character(s)';
  return origin === 'array' || origin === 'set' ? ' item(s)' : '';
}
