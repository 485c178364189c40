/** Something that the API stops serving on an announced date. */
export interface Shutdown {
  /** What stops: a `model`, or a `field` of the session. */
  readonly kind: 'model' | 'field';
  /** Name of the model or field, such as `gpt-realtime`. */
  readonly name: string;
  /** The first day without it, as `YYYY-MM-DD`. */
  readonly date: string;
  /** What to use instead: what OpenAI recommends, or one of it. `undefined` if there is no counterpart. */
  readonly replacement: string | undefined;
}

/** A shutdown that affects a session, and where the session names it. */
export interface SessionShutdown extends Shutdown {
  /** Dotted path in the session's parameters, such as `audio.input.transcription.model`. */
  readonly path: string;
}

/** The day on which {@link shutdowns} was last compared with OpenAI's deprecation list, as `YYYY-MM-DD`. */
export const SHUTDOWNS_CHECKED_ON = '2026-11-26';

const REALTIME_ENDS = '2027-01-20';
const TRANSCRIPTION_ENDS = '2027-02-26';
const PROMPTS_END = '2026-11-30';

/**
 * The announced shutdowns that affect realtime sessions, dated. Source: OpenAI's deprecations page, and the deprecation notes
 * in the types of the `openai` package (`resources/realtime/client-secrets.d.ts`, `realtime.d.ts`).
 */
export const shutdowns: readonly Shutdown[] = [
  ...toShutdowns(REALTIME_ENDS, 'gpt-realtime-2.1', ['gpt-realtime', 'gpt-realtime-2025-08-28']),
  ...toShutdowns(REALTIME_ENDS, 'gpt-realtime-2.1-mini', [
    'gpt-realtime-mini',
    'gpt-realtime-mini-2025-12-15',
    'gpt-audio-mini',
    'gpt-audio-mini-2025-12-15',
  ]),
  ...toShutdowns(TRANSCRIPTION_ENDS, 'gpt-transcribe', [
    'whisper-1',
    'gpt-4o-transcribe',
    'gpt-4o-mini-transcribe',
    'gpt-4o-mini-transcribe-2025-12-15',
    'gpt-4o-transcribe-diarize',
  ]),
  { kind: 'field', name: 'prompt', date: PROMPTS_END, replacement: 'instructions' },
];

const modelPaths = ['model', 'audio.input.transcription.model', 'input_audio_transcription.model'] as const;

/**
 * Lists the announced shutdowns that affect a session, in the parameters of either generation. Ignores anything it does not know.
 *
 * @param session - Session parameters, or a session as the API returned it.
 *
 * @example
 * ```ts
 * const [shutdown] = findShutdowns({ model: 'gpt-realtime' });
 * console.log(shutdown?.date, shutdown?.replacement); // 2027-01-20 gpt-realtime-2.1
 * ```
 */
export function findShutdowns(session: unknown): readonly SessionShutdown[] {
  const models = modelPaths.map((path) => ({ path, name: readPath(session, path) }));
  const found: SessionShutdown[] = [];
  for (const shutdown of shutdowns) {
    if (shutdown.kind === 'field') {
      if (isPresent(readPath(session, shutdown.name))) found.push({ ...shutdown, path: shutdown.name });
      continue;
    }
    for (const { path, name } of models) if (name === shutdown.name) found.push({ ...shutdown, path });
  }
  return found;
}

function toShutdowns(date: string, replacement: string, models: readonly string[]): readonly Shutdown[] {
  return models.map((name) => ({ kind: 'model', name, date, replacement }));
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function readPath(session: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as Record<string, unknown>)[key]
          : undefined,
      session,
    );
}
