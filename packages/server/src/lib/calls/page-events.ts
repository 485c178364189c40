import { issuePaths, liveSessionSchema } from '@realtime-session/protocol';
import { checkNames, describeType, isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';

/** What the page of a Live session may send and receive over its data channel. The API enforces it. */
export interface PageEvents {
  /** Types of client events. `all`: every one, among them `session.update`, which can change the model, prompt and tools of delegation. Default: `session.close`, `session.input_audio.mute`, `session.input_audio.unmute`. */
  readonly send?: 'all' | readonly string[];
  /** Types of server events. `all`: every one, among them `session.started`, which repeats the instructions. Default: `session.closed`, `error`, `info`, `session.input_audio.muted`, `session.input_audio.unmuted`, `session.input_transcript.delta`, `session.output_transcript.delta`. */
  readonly receive?: 'all' | readonly string[];
}

const defaultSend: readonly string[] = [
  'session.close',
  'session.input_audio.mute',
  'session.input_audio.unmute',
];

const defaultReceive: readonly string[] = [
  'session.closed',
  'error',
  'info',
  'session.input_audio.muted',
  'session.input_audio.unmuted',
  'session.input_transcript.delta',
  'session.output_transcript.delta',
];

const EVENT_TYPE = /^[a-z][a-z\d_.]{0,127}$/;

function checkTypes(option: string, value: unknown): 'all' | readonly string[] {
  if (value === 'all') return value;
  const isList =
    Array.isArray(value) && value.every((type) => typeof type === 'string' && EVENT_TYPE.test(type));
  if (isList) return [...(value as readonly string[])]; // checked
  throw new TypeError(
    `${option} must be 'all' or a list of types of events, such as ['session.close'], not ${describeType(value)}.`,
  );
}

/** Server events are listed as objects, and those of a delegated response by the type of the inner event. */
function toServerEvent(type: string): UnknownRecord {
  const [, inner] = /^response\.event\.(.+)$/.exec(type) ?? [];
  return inner === undefined ? { type } : { type: 'response.event', response_event: inner };
}

function toOption(path: string): string {
  return path.includes('allowed_server_events') ? 'page.receive' : 'page.send';
}

/** Checks that the names are those of client and server events. */
function checkEvents(client: UnknownRecord): void {
  const result = liveSessionSchema.shape.client.safeParse(client);
  const [issue] = result.success ? [] : issuePaths(result.error, client);
  if (issue !== undefined) throw new TypeError(`${toOption(issue.path)}: an entry ${issue.message}.`);
}

/**
 * Translates the option `page` to the member `client.data_channel` of a session.
 *
 * @throws TypeError Names the option and the remedy.
 */
export function resolvePage(page: PageEvents | undefined): UnknownRecord {
  const given: unknown = page ?? {};
  if (!isRecord(given))
    throw new TypeError(`page must be an object such as { receive: 'all' }, not ${describeType(given)}.`);
  checkNames('page', given, ['send', 'receive']);
  const send = checkTypes('page.send', given['send'] ?? defaultSend);
  const receive = checkTypes('page.receive', given['receive'] ?? defaultReceive);
  if (receive.includes('response.event')) {
    throw new TypeError(
      "page.receive: list the events of delegated responses one by one, such as 'response.event.response.completed', or set `receive: 'all'`.",
    );
  }
  const dataChannel = {
    allowed_client_events: send,
    allowed_server_events: receive === 'all' ? receive : receive.map(toServerEvent),
  };
  checkEvents({ data_channel: dataChannel });
  return dataChannel;
}
