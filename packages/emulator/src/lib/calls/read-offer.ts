import type { IncomingMessage } from 'node:http';
import { realtimeSessionSchema, issuePaths, transcriptionSessionSchema } from '@realtime-session/protocol';
import type { RealtimeSession, TranscriptionSession } from '@realtime-session/protocol';
import { z } from 'zod';
import { ApiFailure, invalidRequest } from '../http/api-failure.ts';
import { parseJson } from '../http/parse-json.ts';
import { readBody } from '../http/read-body.ts';
import { refusal } from '../http/refusal.ts';

/** What a caller sends. */
export interface Offered {
  /** The offer, SDP. */
  readonly sdp: string;
  /** The session it asks for, when it names one. */
  readonly session: RealtimeSession | TranscriptionSession | undefined;
}

const sessionSchema = z.discriminatedUnion('type', [realtimeSessionSchema, transcriptionSessionSchema]);

/**
 * Reads the body of `POST /v1/realtime/calls`: an offer as `application/sdp`, or a form of `sdp` and `session`.
 *
 * @param request - Node's request.
 * @throws {@link ApiFailure} 400 for another content type, a form without an offer, or a session that is not valid; 413.
 */
export async function readOffer(request: IncomingMessage): Promise<Offered> {
  const type = request.headers['content-type'] ?? '';
  const body = await readBody(request);
  if (/^application\/sdp\s*(?:;|$)/i.test(type)) return { sdp: body.toString('utf8'), session: undefined };
  if (/^multipart\/form-data\s*;/i.test(type)) return readForm(body, type);
  throw invalidRequest(400, {
    message:
      "Unsupported content type. Send 'application/sdp', or 'multipart/form-data' with a standing key.",
    code: 'unsupported_content_type',
  });
}

async function readForm(body: Buffer, type: string): Promise<Offered> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined);
  if (form === undefined)
    throw invalidRequest(400, { message: 'We could not parse the form of your request.' });
  const sdp = await textOf(form.get('sdp'));
  if (sdp === undefined)
    throw invalidRequest(400, {
      message: "Missing required parameter: 'sdp'.",
      param: 'sdp',
      code: 'missing_required_parameter',
    });
  const session = await textOf(form.get('session'));
  return { sdp, session: session === undefined ? undefined : checkSession(parseJson(session)) };
}

async function textOf(part: FormDataEntryValue | null): Promise<string | undefined> {
  if (part === null || typeof part === 'string') return part ?? undefined;
  return part.text();
}

function checkSession(value: unknown): RealtimeSession | TranscriptionSession {
  const parsed = sessionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ApiFailure(400, refusal(issuePaths(parsed.error, value), 'session'));
}
