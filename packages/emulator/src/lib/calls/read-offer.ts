import type { IncomingMessage } from 'node:http';
import {
  realtimeSessionSchema,
  realtimeTranslationSessionSchema,
  transcriptionSessionSchema,
} from '@realtime-session/protocol';
import { z } from 'zod';
import { invalidRequest } from '../http/http-error.ts';
import { readBody, validate } from '../http/request.ts';
import { parseJson } from '../shared/json.ts';
import type { RequestedSession } from '../state/session-config.ts';
import type { RequestedTranslation } from '../state/translation-config.ts';

type Session = RequestedSession | RequestedTranslation;

export interface Offer {
  readonly sdp: string;
  /** `undefined` if the request does not configure the session. */
  readonly session: Session | undefined;
}

/** The endpoints that take offers, below `/v1/realtime/`. */
export type OfferPath = 'calls' | 'translations/calls';

const sessionSchemas = {
  calls: z.discriminatedUnion('type', [realtimeSessionSchema, transcriptionSessionSchema]),
  'translations/calls': realtimeTranslationSessionSchema.transform((session) => ({
    type: 'translation' as const,
    ...session,
  })),
};

/**
 * Reads the body of a request with an offer: an offer as `application/sdp`, or a form with `sdp` and `session`. Throws
 * {@link HttpError} 400 for another content type, a form without an offer or an invalid session, and 413 for a long body.
 */
export async function readOffer(request: IncomingMessage, path: OfferPath): Promise<Offer> {
  const type = request.headers['content-type'] ?? '';
  const body = await readBody(request);
  if (/^application\/sdp\s*(?:;|$)/i.test(type)) return { sdp: body.toString('utf8'), session: undefined };
  if (/^multipart\/form-data\s*;/i.test(type)) return readForm(body, type, path);
  throw invalidRequest(400, {
    message:
      "Unsupported content type. Send 'application/sdp', or 'multipart/form-data' with a standard API key.",
    code: 'unsupported_content_type',
  });
}

async function readForm(body: Buffer, type: string, path: OfferPath): Promise<Offer> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined);
  if (form === undefined)
    throw invalidRequest(400, { message: 'We could not parse the form of your request.' });
  const sdp = await readField(form, 'sdp');
  if (sdp === undefined)
    throw invalidRequest(400, {
      message: "Missing required parameter: 'sdp'.",
      param: 'sdp',
      code: 'missing_required_parameter',
    });
  const session = await readField(form, 'session');
  return {
    sdp,
    session:
      session === undefined
        ? undefined
        : validate<Session>(sessionSchemas[path], parseJson(session), 'session'),
  };
}

/** Clients send a field as text or as a file. */
async function readField(form: FormData, name: string): Promise<string | undefined> {
  const field = form.get(name);
  if (field === null || typeof field === 'string') return field ?? undefined;
  return field.text();
}
