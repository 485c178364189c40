import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * Picks the branch of a failed union the sender most likely meant: of those that got past the type of the value
 * itself, the one with the fewest complaints.
 *
 * @param branches - Issues of every branch, in schema order.
 * @returns The issues of that branch, or `undefined` when the value fits no branch at all.
 */
export function likelyBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches
    .filter((issues) => issues.length > 0 && !issues.some(isAboutTheValueItself))
    .reduce<readonly Issue[] | undefined>(
      (best, issues) => (best === undefined || issues.length < best.length ? issues : best),
      undefined,
    );
}

function isAboutTheValueItself(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return likelyBranch(issue.errors) === undefined;
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}
