import { isRecord } from '../shared/json.ts';

/** An event of a session in its journal. */
export interface JournalEvent {
  /** Type of the event, such as `response.create`; `invalid_json` for a message without one. */
  readonly type: string;
  /** The other members of the event. */
  readonly [member: string]: unknown;
}

/** What a journal keeps of the events. */
export interface JournalOptions {
  /** `summary` (default): audio and images are replaced with their size. `full`: they are kept, up to 64 MiB per session. */
  readonly audio?: 'summary' | 'full';
  /** `hidden` (default): tokens, API keys and authorization headers in events are replaced. `shown`: they are kept. */
  readonly secrets?: 'hidden' | 'shown';
  /** Number of events that are kept in each direction of a session, a whole number from 0 to 1000. Default 1000. */
  readonly entries?: number;
}

/** What is redacted, with the keys of the emulator. */
export interface RedactOptions extends Required<JournalOptions> {
  readonly apiKeys: readonly string[];
}

export interface RedactedEvent {
  readonly event: JournalEvent;
  /** Number of bytes of the audio, if the event is a chunk of audio that was replaced with its size. */
  readonly audioBytes: number | undefined;
}

const HIDDEN = '(hidden)';
const SECRET = /\b(?:sk-[\w-]{4,}|ek_\w{4,}|Bearer\s+[^\s"]+)/g;
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  'authorization',
  'client_secret',
  'api_key',
  'apikey',
  'x-api-key',
  'cookie',
]);
/** Members with audio in base64, per type of the event. */
const AUDIO_CHUNKS: ReadonlyMap<string, string> = new Map([
  ['input_audio_buffer.append', 'audio'],
  ['response.output_audio.delta', 'delta'],
  ['session.output_audio.delta', 'delta'],
]);

/** Copies an event without its secrets and with sizes in place of audio and images, as far as the options ask for it. */
export function redactEvent(input: unknown, options: RedactOptions): RedactedEvent {
  const members = isRecord(input) ? input : {};
  const type = typeof members['type'] === 'string' ? members['type'] : 'invalid_json';
  const chunk = options.audio === 'summary' ? AUDIO_CHUNKS.get(type) : undefined;
  const audio = chunk === undefined ? undefined : members[chunk];
  if (chunk === undefined || typeof audio !== 'string')
    return { event: { ...redactMembers(members, options), type }, audioBytes: undefined };
  const audioBytes = countBytes(audio);
  const event = { ...redactMembers(members, options), type, [chunk]: describeAudio(audioBytes) };
  return { event, audioBytes };
}

/** Adds the audio of a further chunk to an event that stands for several. */
export function addAudio(event: JournalEvent, audioBytes: number): JournalEvent {
  const chunk = AUDIO_CHUNKS.get(event.type);
  return chunk === undefined ? event : { ...event, [chunk]: describeAudio(audioBytes) };
}

function redactMembers(
  members: Readonly<Record<string, unknown>>,
  options: RedactOptions,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, redactMember(name, value, options)]),
  );
}

function redactMember(name: string, value: unknown, options: RedactOptions): unknown {
  const visible = options.secrets === 'hidden' ? hideMember(name, value) : value;
  return redactValue(options.audio === 'summary' ? summarizeMember(name, visible) : visible, options);
}

/** Hides members that hold a credential by their name, and the values of headers. */
function hideMember(name: string, value: unknown): unknown {
  if (name === 'headers' && isRecord(value))
    return Object.fromEntries(Object.keys(value).map((header) => [header, HIDDEN]));
  return SECRET_MEMBERS.has(name.toLowerCase()) && typeof value === 'string' ? HIDDEN : value;
}

function summarizeMember(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (name === 'audio') return describeAudio(countBytes(value));
  const [, mediaType, data] = /^(data:[^;,]{1,100});base64,(.*)$/s.exec(value) ?? [];
  if (mediaType === undefined || data === undefined) return value;
  return `${mediaType};base64,(${String(countBytes(data))} bytes)`;
}

function redactValue(value: unknown, options: RedactOptions): unknown {
  if (typeof value === 'string') return options.secrets === 'hidden' ? hideSecrets(value, options) : value;
  if (Array.isArray(value)) return value.map((element) => redactValue(element, options));
  return isRecord(value) ? redactMembers(value, options) : value;
}

function hideSecrets(text: string, { apiKeys }: RedactOptions): string {
  return apiKeys
    .reduce((hidden, key) => hidden.replaceAll(key, HIDDEN), text)
    .replace(SECRET, (secret) => (secret.startsWith('Bearer') ? `Bearer ${HIDDEN}` : HIDDEN));
}

function describeAudio(bytes: number): string {
  return `(${String(bytes)} bytes of audio)`;
}

function countBytes(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}
