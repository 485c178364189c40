import type { z } from 'zod';

export type Issue = z.core.$ZodIssue;

const TYPE_NAMES: Readonly<Record<string, string>> = { int: 'integer', record: 'object', nan: 'number' };

/** Describes the expected value in terms of the schema only: received values are never repeated. */
export function describeIssue(
  issue: Exclude<Issue, { code: 'unrecognized_keys' | 'invalid_union' }>,
): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
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

export function formatChoices(values: readonly unknown[]): string {
  const names = values.filter((value) => value !== undefined).map((value) => JSON.stringify(value));
  return names.length === 1 ? String(names[0]) : `one of ${names.join(', ')}`;
}

function formatLimit(comparison: string, limit: number | bigint, origin: string): string {
  if (origin === 'string') return `have ${comparison} ${String(limit)} character(s)`;
  if (origin === 'array' || origin === 'set') return `have ${comparison} ${String(limit)} item(s)`;
  return `be ${comparison} ${String(limit)}`;
}
