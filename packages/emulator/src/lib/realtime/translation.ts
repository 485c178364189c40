import { issuePaths, realtimeTranslationSessionSchema } from '@realtime-session/protocol';
import { z } from 'zod';
import { toErrorDetail } from '../http/http-error.ts';
import type { HttpError } from '../http/http-error.ts';
import { updateTranslationConfig } from '../state/translation-config.ts';
import type { RequestedTranslation, TranslationConfig } from '../state/translation-config.ts';
import { errorEvent, getEventId } from './events.ts';
import type { Send } from './events.ts';

interface TranslationOptions {
  /** The session when it opens. */
  readonly session: TranslationConfig;
  readonly send: Send;
  /** Returns the error if the model of an update does not exist. */
  readonly checkSession: (update: RequestedTranslation) => HttpError | undefined;
  /** Ends the session after the event that the client asked for. */
  readonly close: () => void;
}

/** The part of a session that handles what its client sends. */
export interface TranslationSession {
  /** Handles a client event, as parsed JSON. Never throws: sends an `error` event for an invalid one. */
  handleEvent(event: unknown): void;
  /** Takes audio from a media track. Nothing is translated. */
  appendAudio(): void;
  /** Returns the session as it is now. */
  getSession(): TranslationConfig;
}

const eventId = z.string().optional();

const clientEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('session.update'),
    event_id: eventId,
    session: realtimeTranslationSessionSchema.pick({ audio: true }),
  }),
  z.strictObject({
    type: z.literal('session.input_audio_buffer.append'),
    event_id: eventId,
    audio: z.base64(),
  }),
  z.strictObject({ type: z.literal('session.close'), event_id: eventId }),
]);

/** Implements the event protocol of a translation session, without a translation. */
export function createTranslation(options: TranslationOptions): TranslationSession {
  let { session } = options;
  const { send } = options;
  const dispatch = (event: z.infer<typeof clientEventSchema>): void => {
    switch (event.type) {
      case 'session.update': {
        const { audio = {} } = event.session;
        const refusal = options.checkSession({ type: 'translation', model: session.model, audio });
        if (refusal === undefined) {
          session = updateTranslationConfig(session, audio);
          send({ type: 'session.updated', session });
        } else send(errorEvent(refusal.detail, event.event_id));
        return;
      }
      case 'session.input_audio_buffer.append':
        return;
      case 'session.close':
        send({ type: 'session.closed' });
        options.close();
    }
  };
  return {
    appendAudio: () => undefined,
    getSession: () => session,
    handleEvent(input) {
      const parsed = clientEventSchema.safeParse(input);
      if (parsed.success) dispatch(parsed.data);
      else send(errorEvent(toErrorDetail(issuePaths(parsed.error, input)), getEventId(input)));
    },
  };
}
