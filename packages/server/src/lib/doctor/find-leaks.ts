import { isJsonObject } from '../gate/parse-json-object.ts';
import type { Answer } from './probe.ts';

/** Standing keys, also with their middle blanked out, as error texts have them. */
const STANDING_KEY = /(?<![\w-])sk-[\w*.-]{4,}/;

const upstreamHeaders = /^(?:openai-(?:organization|project|processing-ms|version)|x-ratelimit-.*)$/i;

function isSomething(value: unknown): boolean {
  return (
    value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
  );
}

/** Members of a session that belong to its owner, with the sentence that says so. */
const ownersMembers: Readonly<Record<string, string>> = {
  instructions: 'the instructions of the session',
  prompt: 'the prompt of the session',
  tools: 'the tools of the session',
  authorization: 'the credentials of a tool',
};

function membersIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(membersIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const own = Object.hasOwn(ownersMembers, key) && isSomething(member) ? ownersMembers[key] : undefined;
    return [...(own === undefined ? [] : [own]), ...membersIn(member)];
  });
}

/**
 * What an answer holds that should have stayed on the server. Says what it is, never what it says.
 *
 * @param answer - Any answer of the route.
 */
export function findLeaks(answer: Answer): string[] {
  const { headers, text, read } = answer;
  const leaks = 'body' in read ? membersIn(read.body) : [];
  const all = [...headers].map((header) => header.join(': ')).join('\n');
  if (STANDING_KEY.test(text) || STANDING_KEY.test(all))
    leaks.unshift('a standing API key (sk-…), or a piece of one');
  if ([...headers.keys()].some((name) => upstreamHeaders.test(name)) || all.includes('__cf_bm=')) {
    leaks.push('headers of the upstream');
  }
  return [...new Set(leaks)];
}
