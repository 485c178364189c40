import type { IncomingMessage } from 'node:http';
import { issuePaths, liveSessionSchema } from '@realtime-session/protocol';
import type { LiveSession, WireIssue } from '@realtime-session/protocol';
import { z } from 'zod';
import { createCallId, startCall, toCallOutcome } from '../calls/start-call.ts';
import { applyFault, finishResponse } from '../faults/apply-fault.ts';
import type { SessionFault } from '../faults/apply-fault.ts';
import { HttpError, invalidRequest, toErrorDetail } from '../http/http-error.ts';
import { getSafetyIdentifier, readJson, requireApiKey, validate } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import type { EmulatorContext } from '../state/context.ts';
import { checkLiveModel, listLiveVoices } from '../state/models.ts';
import { changeLiveAnswer } from './change-live-answer.ts';
import type { LiveResponse } from './change-live-answer.ts';
import { LiveCall } from './live-call.ts';
import { STANDBY_MODEL } from './usage.ts';
import { sendWebhook } from './webhook.ts';

const bodySchema = z.strictObject({
  session: z.record(z.string(), z.unknown()),
  transport: z.strictObject({ type: z.literal('webrtc'), sdp: z.string().min(1) }),
});

/**
 * Handles `POST /v1/live/sessions`: fault, credential, body, concurrency, peer, in this order. Responds with 201 and the id of the
 * session and the answer as JSON, without `Location`. Throws {@link HttpError} 400, 401, 403, 404, 413 or 429.
 */
export async function handleLive(context: EmulatorContext, request: IncomingMessage): Promise<HttpResponse> {
  const { faults, clock, closing } = context;
  const effect = await applyFault(faults.takeFault('calls'), { nowMs: clock.nowMs(), api: 'live', closing });
  if (effect.kind === 'respond') return effect.response;
  const created = await createLiveSession(
    context,
    request,
    effect.kind === 'session' ? effect.fault : undefined,
  );
  const response = effect.kind === 'answer' ? changeLiveAnswer(created, effect.fault, request) : created;
  return finishResponse(effect, response, (ms) => clock.wait(ms, closing));
}

async function createLiveSession(
  context: EmulatorContext,
  request: IncomingMessage,
  fault: SessionFault | undefined,
): Promise<LiveResponse> {
  const { settings, liveSlots } = context;
  const apiKey = requireApiKey(settings.apiKeys, request);
  const { session: requested, transport } = validate(bodySchema, await readJson(request));
  const session = validateSession(context, requested);
  const onEnd = liveSlots.take(JSON.stringify([apiKey, session.model]), settings.live.maxConcurrent);
  if (onEnd === undefined) throw tooManySessions(settings.live.concurrencyCode);
  const origin = {
    token: undefined,
    safetyIdentifier: session.safety_identifier ?? getSafetyIdentifier(request),
  };
  const outcome = toCallOutcome(fault);
  try {
    const { call, answer } = await startCall(
      context,
      transport.sdp,
      (connection) =>
        new LiveCall(context, {
          ...connection,
          id: createCallId(context, 'live'),
          session,
          origin,
          apiKey,
          outcome,
          onEnd,
        }),
    );
    void sendWebhook(context, call.id);
    return {
      status: 201,
      body: { session: { id: call.id }, transport: { type: 'webrtc', sdp: answer } },
    };
  } catch (error) {
    onEnd();
    throw error;
  }
}

function tooManySessions(code: string): HttpError {
  const message = 'You have too many Live sessions at the same time. End one of them, or wait.';
  return new HttpError(429, { message, type: 'requests', code });
}

/** Answers the mistakes that the schema finds as the API does: with 400, or 403 for a voice that does not exist. */
function validateSession(
  context: EmulatorContext,
  requested: Readonly<Record<string, unknown>>,
): LiveSession {
  const parsed = liveSessionSchema.safeParse(requested);
  const issues = parsed.success ? [] : issuePaths(parsed.error, requested);
  const { standby } = context.settings.live;
  const isTolerant = standby === 'accepted' && requested['model'] === STANDBY_MODEL;
  const errors = issues.filter((issue) => !isAnsweredLater(issue) && !(isTolerant && isUnpublished(issue)));
  if (errors.length > 0) throw new HttpError(400, toErrorDetail(errors, 'session'));
  // The issues that are left concern the values of the model and the voice, and unknown members.
  const session = requested as LiveSession;
  const refusal = checkLiveModel(context, session.model);
  if (refusal !== undefined) throw refusal;
  const voice = session.audio?.output?.voice;
  if (typeof voice !== 'string' || listLiveVoices(context).includes(voice)) return session;
  // The API does not say that the voice is the reason.
  throw invalidRequest(403, { message: 'Voice session access denied', code: 'forbidden' });
}

/** Models and voices that the schema does not know can exist in the emulator. */
function isAnsweredLater({ kind, path, message }: WireIssue): boolean {
  return (
    kind === 'invalid' &&
    (path === 'model' || path === 'audio.output.voice') &&
    /model of|voice of/.test(message)
  );
}

/** A field that no documentation names, as the standby settings. */
function isUnpublished({ kind, message }: WireIssue): boolean {
  return kind === 'unknown' && message === 'unknown parameter';
}
