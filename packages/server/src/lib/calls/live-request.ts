import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallOffer, CreatedUpstreamCall } from './call-upstream.ts';
import { readAnswer } from './request-call.ts';
import type { CreateProtocol, ReceivedResponse } from './request-call.ts';

/** Opaque, but it becomes a part of a path. */
const SESSION_ID = /^[\w~-][\w.~-]{0,199}$/;

/** The id in a body that was cut: the session exists and must be ended. */
const ID_IN_CUT_BODY = /^\s*\{\s*"session"\s*:\s*\{\s*"id"\s*:\s*"([^"\\]*)"/;

const remedies = {
  403: 'The upstream denied the Live session. It answers so for three reasons: the voice in `session.audio.output.voice` is unknown or not available, the project has no access to this Live model, or `apiKey` is the wrong kind of key: it must be a standing project key (sk-…), not an ephemeral token (ek_…).',
} as const;

function toRequest(offer: CallOffer): ReturnType<CreateProtocol['toRequest']> {
  const { sdp, session, safetyIdentifier } = offer;
  const safety = safetyIdentifier === undefined ? {} : { safety_identifier: safetyIdentifier };
  return {
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ session: { ...session, ...safety }, transport: { type: 'webrtc', sdp } }),
  };
}

function checkId(id: unknown): string | undefined {
  return typeof id === 'string' && SESSION_ID.test(id) ? id : undefined;
}

function parseBody(text: string): UnknownRecord {
  try {
    const body: unknown = JSON.parse(text);
    return isRecord(body) ? body : {};
  } catch {
    return {};
  }
}

/** Only a success creates a session, and only its body contains the id. */
function readCreated({ response, text, isCut }: ReceivedResponse): CreatedUpstreamCall | undefined {
  if (!response.ok) return undefined;
  const { session, transport } = parseBody(text);
  const id = checkId(isRecord(session) ? session['id'] : ID_IN_CUT_BODY.exec(text)?.[1]);
  if (id === undefined) return undefined;
  const sdp = isRecord(transport) ? transport['sdp'] : undefined;
  return { id, answer: !isCut && typeof sdp === 'string' ? readAnswer(sdp) : undefined };
}

/** How a Live session is created. */
export const liveProtocol: CreateProtocol = { toRequest, readCreated, remedies };
