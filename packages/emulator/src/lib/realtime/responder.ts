import type { ApiErrorDetail } from '@realtime-session/protocol';
import type { RequestedSession, SessionConfig } from '../state/session-config.ts';
import { createActiveResponses } from './active-responses.ts';
import { createEntry } from './create-entry.ts';
import { errorEvent } from './events.ts';
import type { ClientEvent } from './events.ts';
import { findLatestInput } from './items.ts';
import type { ItemEntry } from './items.ts';
import type { ReplyPlan, ReplyPlanner } from './reply-plan.ts';
import { getVoice, resolveResponseOptions, toVoiceName } from './response-options.ts';
import type { ResponseOptions } from './response-options.ts';
import type { ResponseSettings } from './response-schema.ts';
import { createResponseRunner } from './run-response.ts';
import type { ResponseRunnerOptions } from './run-response.ts';
import { VOICE_IS_FIXED } from './session-state.ts';
import { getAudioInput } from './turn-detection.ts';

export type ResponseEvent = Extract<
  ClientEvent,
  { type: `response.${string}` | `output_audio_buffer.${string}` }
>;

export interface ResponderOptions extends ResponseRunnerOptions {
  readonly planner: ReplyPlanner;
  readonly getSession: () => SessionConfig;
  /** Returns the error if the voice of a response does not exist. */
  readonly checkResponse: (session: RequestedSession) => ApiErrorDetail | undefined;
  /** Called when a response of the conversation starts. */
  readonly onStart: () => void;
  /** Called when a response of the conversation has ended, with the length of its audio in milliseconds. */
  readonly onDone: (audioMs: number) => void;
  /** Aborted when the session closes. */
  readonly closed: AbortSignal;
}

/** Creates responses: one at a time for the conversation, and any number outside of it. */
export interface Responder {
  handleEvent(event: ResponseEvent): void;
  /** Starts a response when a turn has ended, unless one is active. */
  respond(): void;
  /** Cancels the response of the conversation because the user has started to speak. */
  interrupt(): void;
  /** Whether a response had audio. From then on the voice is fixed. */
  hasSpoken(): boolean;
}

const ALREADY_ACTIVE = {
  code: 'conversation_already_has_active_response',
  message: 'The conversation already has an active response; wait for response.done, or cancel it.',
};
const NOT_ACTIVE = {
  code: 'response_cancel_not_active',
  message: 'Cancellation failed: no active response found.',
};
const NO_TRACK = {
  code: 'invalid_value',
  message: 'output_audio_buffer.clear is for WebRTC calls: on a WebSocket the client plays the audio.',
};

export function createResponder(options: ResponderOptions): Responder {
  const { createId, send, track } = options;
  const conversationId = createId('conv');
  const runResponse = createResponseRunner(options);
  const active = createActiveResponses();
  let voice: 'open' | 'fixed' = 'open';

  const run = (planned: PlannedResponse): void => {
    const { conversation } = planned.options;
    const isDefault = conversation === 'auto';
    const id = createId('resp');
    const controller = new AbortController();
    active.add(id, { conversation, controller });
    if (isDefault) options.onStart();
    const done = runResponse({
      ...planned,
      response: { id, conversationId: isDefault ? conversationId : null, options: planned.options },
      signal: AbortSignal.any([controller.signal, options.closed]),
      onAudio: () => {
        voice = 'fixed';
      },
      onEnd: () => active.remove(id),
    });
    void done.then((audioMs) => {
      if (isDefault) options.onDone(audioMs);
    });
  };
  const create = (settings: ResponseSettings, eventId?: string): void => {
    const isBusy = settings.conversation !== 'none' && active.find() !== undefined;
    const planned = isBusy ? { error: ALREADY_ACTIVE } : planResponse(options, settings, voice);
    if ('error' in planned) send(errorEvent(planned.error, eventId));
    else run(planned);
  };

  return {
    respond() {
      if (active.find() === undefined) create({});
    },
    interrupt() {
      active.find()?.controller.abort('turn_detected');
      track?.clear();
    },
    hasSpoken: () => voice === 'fixed',
    handleEvent(event) {
      switch (event.type) {
        case 'response.create':
          create(event.response ?? {}, event.event_id);
          return;
        case 'response.cancel': {
          const response = active.find(event.response_id);
          if (response === undefined) send(errorEvent(NOT_ACTIVE, event.event_id));
          else response.controller.abort('client_cancelled');
          return;
        }
        case 'output_audio_buffer.clear':
          if (track === undefined) send(errorEvent(NO_TRACK, event.event_id));
          else track.clear();
      }
    },
  };
}

interface PlannedResponse {
  readonly options: ResponseOptions;
  readonly context: readonly ItemEntry[];
  readonly reply: ReplyPlan;
}

/** Checks the settings of a response and plans its reply. */
function planResponse(
  options: ResponderOptions,
  settings: ResponseSettings,
  voice: 'open' | 'fixed',
): PlannedResponse | { readonly error: ApiErrorDetail } {
  const session = options.getSession();
  const requested = settings.audio?.output?.voice;
  if (requested !== undefined && voice === 'fixed' && toVoiceName(requested) !== getVoice(session))
    return { error: VOICE_IS_FIXED };
  const error =
    options.checkResponse({ type: 'realtime', audio: { output: { voice: requested } } }) ??
    findMissingReference(options, settings);
  if (error !== undefined) return { error };
  const responseOptions = resolveResponseOptions(session, settings);
  const context = createContext(options, settings);
  const input = findLatestInput(context);
  const reply = options.planner.planReply({ input, context, options: responseOptions });
  return 'error' in reply ? reply : { options: responseOptions, context, reply };
}

/** Returns what the model reads: the input of the response, or else the conversation. */
function createContext(
  { createId, planner, items, getSession }: ResponderOptions,
  { input }: ResponseSettings,
): readonly ItemEntry[] {
  if (input === undefined) return [...items.list()];
  const format = getAudioInput(getSession())?.format;
  return input.flatMap((item) =>
    item.type === 'item_reference'
      ? (items.get(item.id) ?? [])
      : createEntry(item, { createId, planner, format }),
  );
}

function findMissingReference(
  { items }: ResponderOptions,
  { input = [] }: ResponseSettings,
): ApiErrorDetail | undefined {
  const index = input.findIndex((item) => item.type === 'item_reference' && items.get(item.id) === undefined);
  if (index < 0) return undefined;
  return {
    code: 'invalid_value',
    message: 'The session has no item with the id of this reference.',
    param: `response.input[${index}].id`,
  };
}
