/** An event that a Live session sends. Fields that are not listed are `unknown`. */
interface LiveEvent<Type extends string> {
  readonly type: Type;
  readonly event_id: string;
  readonly [field: string]: unknown;
}

interface TranscriptDelta<Type extends string> extends LiveEvent<Type> {
  /** The next piece of the text. Append it to the pieces before. There is no event with the whole text. */
  readonly delta: string;
  /** Where the piece starts in the session's audio, in milliseconds. */
  readonly start_ms: number;
  /** Where it ends. */
  readonly end_ms: number;
}

/** What a Live session says about itself. Fields that are not listed are `unknown`. */
export interface LiveSessionInfo {
  /** The API's id of the session, `live_…`. */
  readonly id: string;
  /** The model, for example `gpt-live-1`. */
  readonly model: string;
  /** When the API ends the session, in seconds since 1970. */
  readonly expires_at: number;
  /** Any other field, such as the instructions. */
  readonly [field: string]: unknown;
}

/** How long a Live session was active so far. It is billed by the second. */
export interface LiveUsage {
  /** The seconds since the session started, never a difference. */
  readonly seconds: number;
}

/**
 * Common events of the Live API by their type, as OpenAI documents them. They are not checked at run time. By default the
 * call route lets a page receive `session.closed`, `error`, `info`, the transcripts, and `session.input_audio.muted` and
 * `.unmuted`; the others need `page: { receive }` in your server's `openaiLive()`. `error` and `session.updated` are in
 * `RealtimeEventMap`, because both APIs have them.
 */
export interface LiveEventMap {
  /** The session started. It repeats the instructions, so pages do not receive it by default. */
  readonly 'session.started': LiveEvent<'session.started'> & { readonly session: LiveSessionInfo };
  /** The session ended: the connection fails with `call-ended`. */
  readonly 'session.closed': LiveEvent<'session.closed'> & {
    readonly reason: 'close_requested' | 'expired' | 'content' | 'remote_hangup' | 'connection_lost';
    /** How long it was active. */
    readonly usage: LiveUsage;
  };
  /** How long the session was active so far. It can be a minute late, or absent: do not use it as a clock. */
  readonly 'session.usage.updated': LiveEvent<'session.usage.updated'> & { readonly usage: LiveUsage };
  /** The session takes the user's audio as silence from now on. */
  readonly 'session.input_audio.muted': LiveEvent<'session.input_audio.muted'>;
  /** The session hears the user again. */
  readonly 'session.input_audio.unmuted': LiveEvent<'session.input_audio.unmuted'>;
  /** The next piece of what the user says. */
  readonly 'session.input_transcript.delta': TranscriptDelta<'session.input_transcript.delta'>;
  /** The next piece of what the model says. */
  readonly 'session.output_transcript.delta': TranscriptDelta<'session.output_transcript.delta'>;
  /** The model hands a task to your app, or to another model of the API. */
  readonly 'session.delegation.created': LiveEvent<'session.delegation.created'> & {
    readonly delegation: {
      readonly id: string;
      readonly target: 'client' | 'responses' | 'decisions';
      readonly response_id?: string;
    };
  };
  /** An event of the response that a delegation started. */
  readonly 'response.event': LiveEvent<'response.event'> & {
    /** The event of the Responses API. */
    readonly event: Readonly<Record<string, unknown>>;
  };
  /** The API explains something, for example what the page may send: `data_channel_permissions`. */
  readonly info: LiveEvent<'info'> & {
    readonly code: string;
    readonly message: string;
  };
}
