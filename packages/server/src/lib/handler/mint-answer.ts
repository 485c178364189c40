import { toSessionResponse } from '@realtime-session/protocol';
import type { JsonObject } from '../gate/parse-json-object.ts';
import type { Minted } from '../upstream/parse-minted.ts';
import { pickFields } from './expose.ts';

/** Shape of the answer: the live call's, or the documented `sessions` call's. */
export type ResponseFormat = 'client_secret' | 'session';

const ALWAYS = ['id', 'object', 'type', 'model'] as const;

/**
 * What the browser gets: the token, its expiry, and the named fields of the session. Instructions, tools and credentials
 * of the upstream's answer stay behind.
 *
 * @param minted - The upstream's token.
 * @param shape - Which shape.
 * @param expose - Fields besides `id`, `object`, `type` and `model`.
 */
export function mintAnswer(minted: Minted, shape: ResponseFormat, expose: readonly string[]): JsonObject {
  const { answer, expiresInSeconds: expires_in } = minted;
  const { value, expires_at } = answer;
  const fields = [...ALWAYS, ...expose];
  switch (shape) {
    case 'client_secret':
      return { value, expires_at, expires_in, session: pickFields(answer.session, fields) };
    case 'session':
      return {
        ...pickFields(toSessionResponse(answer), fields),
        client_secret: { value, expires_at, expires_in },
      };
  }
}
