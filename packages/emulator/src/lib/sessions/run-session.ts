import { createConversation } from '../conversation/create-conversation.ts';
import { errorEvent } from '../conversation/error-event.ts';
import { randomId } from '../credentials/random-id.ts';
import type { EmulatorContext } from '../emulator/emulator-context.ts';
import { parseJson } from '../http/parse-json.ts';
import type { EffectiveSession } from '../session/effective-session.ts';
import type { Sound } from '../sound/decode-sound.ts';
import type { Fate } from './fate.ts';
import type { Line } from './line.ts';

const MINUTE_MS = 60_000;

/** A session while its connection lasts. */
export interface RunningSession {
  /** Takes one event of the client, as text. */
  receive(text: string): void;
  /** Takes sound from a media track. */
  hear(sound: Sound): void;
  /** Lets it meet what becomes of it. */
  meet(fate: Fate): void;
  /** The connection has ended, with this WebSocket close code or its like. */
  closed(closeCode: number): void;
}

/**
 * Runs a session until its connection ends, at the latest when its time is up. The token that opened it plays no part
 * any more.
 *
 * @param context - The emulator.
 * @param minted - The session the token was minted for; it gets an id of its own.
 * @param line - The connection.
 */
export function runSession(context: EmulatorContext, minted: EffectiveSession, line: Line): RunningSession {
  const { counts, settings, clock, sessions, faults } = context;
  const over = new AbortController();
  const openedAtMs = clock.nowMs();
  const endsAtMs = openedAtMs + settings.maxSessionMs;
  const session = { ...minted, id: randomId('sess'), expires_at: Math.floor(endsAtMs / 1000) };
  const { transport, callId, speaker, send } = line;
  const conversation = createConversation({
    session,
    send,
    paceMs: settings.responsePaceMs,
    minSpeechMs: settings.minSpeechMs,
    over: over.signal,
    takeFault: () => faults.takeFault('session'),
    ...(speaker === undefined ? {} : { speaker }),
  });
  const about = { transport, ...(callId === undefined ? {} : { callId }) };
  const forget = sessions.add({ id: session.id, ...about, openedAtMs, endsAtMs }, line);
  const expire = (): void => {
    const message = `Your session hit the maximum duration of ${settings.maxSessionMs / MINUTE_MS} minutes.`;
    send(errorEvent({ code: 'session_expired', message }));
    line.hangUp({ closeCode: 1001, reason: 'session_expired' });
  };
  const callOff = clock.at(endsAtMs, expire);
  counts.sessions += 1;
  counts.live += 1;
  settings.tell({ type: 'session-opened', sessionId: session.id, ...about });
  send({ type: 'session.created', session });

  return {
    receive(text) {
      const event = parseJson(text);
      if (event === undefined)
        send(errorEvent({ code: 'invalid_json', message: 'We could not parse the event as JSON.' }));
      else conversation.receive(event);
    },
    meet(fate) {
      if (fate === 'expires') expire();
      if (fate === 'breaks') line.drop();
    },
    hear: (sound) => conversation.hear(sound),
    closed(closeCode) {
      if (over.signal.aborted) return;
      over.abort();
      callOff();
      forget();
      counts.live -= 1;
      settings.tell({ type: 'session-closed', sessionId: session.id, closeCode, ...about });
    },
  };
}
