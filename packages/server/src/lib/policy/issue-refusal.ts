import { issuePaths } from '@realtime-session/protocol';
import type { WireIssue } from '@realtime-session/protocol';
import { Refusal } from '../errors/refusal.ts';

/** Turns a complaint about client parameters into a refusal: the path, never the value. */
export function issueRefusal(issue: WireIssue | undefined): Refusal {
  const code = issue?.kind === 'unknown' ? 'unknown_field' : 'invalid_field';
  return new Refusal(code, { path: issue?.path.replace(/^session\./, '') ?? '' });
}

/**
 * What a client asked for is good by itself and does not go together with what the owner pinned.
 *
 * @param error - What the schema said about the two together.
 * @param value - The two together.
 */
export function clashRefusal(error: Parameters<typeof issuePaths>[0], value: unknown): Refusal {
  return new Refusal('invalid_field', issueRefusal(issuePaths(error, value)[0]).detail);
}

/**
 * The first complaint of a schema as a refusal.
 *
 * @param error - What the schema said.
 * @param value - What it was given.
 */
export function schemaRefusal(error: Parameters<typeof issuePaths>[0], value: unknown): Refusal {
  return issueRefusal(issuePaths(error, value)[0]);
}
