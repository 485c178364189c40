import { isHeaderValue, isRecord } from '../validate.ts';

const HEADER_NAME = /^[!#$%&'*+.^`|~\w-]+$/;
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Headers that the handler sets for each mint, and those of the connection. Two values of one header would be joined. */
const ownHeaders: ReadonlySet<string> = new Set([
  'accept',
  'api-key',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'openai-safety-identifier',
  'transfer-encoding',
  'x-client-request-id',
]);

/**
 * Checks the headers of an upstream and returns a copy. Messages contain names only, because values can be secrets.
 *
 * @throws TypeError If a header is malformed, or if the handler sets it itself.
 */
export function checkHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (!isRecord(headers)) throw new TypeError('headers must be an object of header names and values.');
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name))
      throw new TypeError(`headers: ${JSON.stringify(name)} is not a header name.`);
    if (ownHeaders.has(name.toLowerCase())) {
      throw new TypeError(
        `headers: the handler sets ${name} itself; use the options \`apiKey\` and \`credential\`.`,
      );
    }
    if (typeof value !== 'string' || !HEADER_VALUE.test(value))
      throw new TypeError(`headers: ${name} must be a text of visible ASCII without line breaks.`);
    checked[name] = value;
  }
  return checked;
}

/**
 * The headers that select the account to bill.
 *
 * @throws TypeError If an id contains anything but visible ASCII.
 */
export function accountHeaders({
  organization,
  project,
}: {
  readonly organization?: string;
  readonly project?: string;
}): Readonly<Record<string, string>> {
  const headers = {
    ...(organization === undefined ? {} : { 'OpenAI-Organization': organization }),
    ...(project === undefined ? {} : { 'OpenAI-Project': project }),
  };
  for (const [name, value] of Object.entries(headers)) {
    if (!isHeaderValue(value))
      throw new TypeError(`${name} must be visible ASCII; copy the id from the dashboard.`);
  }
  return headers;
}
