import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { ReceivedEvent } from './inbox.ts';

const openai = dirname(createRequire(import.meta.url).resolve('openai'));

/** Members that sessions have, although the official types of events omit them. They are checked with the session itself. */
const SESSION_MEMBERS: ReadonlySet<string> = new Set(['id', 'object', 'expires_at']);

/** Members that are `null`, as in the examples of the API reference, although the official types do not allow it. */
const NULL_MEMBERS: ReadonlySet<string> = new Set([
  'session.include',
  'session.audio.input.transcription',
  'session.audio.input.noise_reduction',
  'response.conversation_id',
  'response.status_details',
  'response.usage',
  'item.content.transcript',
]);

/**
 * Compiles events as literals of the type `RealtimeServerEvent` of the official package. Returns the errors of the compiler
 * with the index of the event: missing members, members that the type does not have, and values of another type.
 */
export function checkServerEvents(events: readonly ReceivedEvent[]): { index: number; message: string }[] {
  const lines = events.map((event) => {
    const { session, ...rest } = dropAllowedNulls(event, '') as ReceivedEvent;
    if (session === undefined) return toLiteral('RealtimeServerEvent', rest);
    const typed = { ...rest, session: omit(session as object, SESSION_MEMBERS) };
    return `${toLiteral('RealtimeServerEvent', typed)} ${toLiteral('Session', session)}`;
  });
  return compile(lines);
}

/** Compiles events as literals of the type `ServerEvent` of the Live API. */
export function checkLiveServerEvents(
  events: readonly ReceivedEvent[],
): { index: number; message: string }[] {
  return compile(events.map((event) => toLiteral('LiveServerEvent', event)));
}

function toLiteral(type: string, value: unknown): string {
  return `((_value: ${type}) => undefined)(${JSON.stringify(value)});`;
}

const IMPORTS = `
  import type { RealtimeServerEvent } from '${openai}/resources/realtime/realtime';
  import type { RealtimeSessionCreateResponse, RealtimeTranscriptionSessionCreateResponse } from '${openai}/resources/realtime/client-secrets';
  import type { ServerEvent as LiveServerEvent } from '${openai}/resources/live/live';
  type Session = RealtimeSessionCreateResponse | RealtimeTranscriptionSessionCreateResponse;
`;

function dropAllowedNulls(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((element) => dropAllowedNulls(element, path));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, member]) => ({ key, member: member as unknown, inner: path === '' ? key : `${path}.${key}` }))
    .filter(({ member, inner }) => member !== null || !NULL_MEMBERS.has(inner));
  return Object.fromEntries(entries.map(({ key, member, inner }) => [key, dropAllowedNulls(member, inner)]));
}

function omit(members: object, keys: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(members).filter(([key]) => !keys.has(key)));
}

/** Compiles lines of code that start at the beginning of a file. Returns the errors with the index of their line. */
function compile(lines: readonly string[]): { index: number; message: string }[] {
  const folder = mkdtempSync(join(tmpdir(), 'server-events-'));
  try {
    const file = join(folder, 'events.ts');
    writeFileSync(file, [...lines, IMPORTS].join('\n'));
    const program = ts.createProgram([file], {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      target: ts.ScriptTarget.ES2022,
      types: [],
    });
    return ts.getPreEmitDiagnostics(program).map((diagnostic) => ({
      index: diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? -1,
      message: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
