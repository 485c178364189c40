import { isRecord, readMember } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';

/** The settings of a session by dotted path: its members, and those of `audio.input` and `audio.output`. Each is set as a whole. */
export type SessionFields = ReadonlyMap<string, unknown>;

/** Whether a page may change what a dotted path names. */
export type IsAllowed = (path: string) => boolean;

const containers: ReadonlySet<string> = new Set(['audio', 'audio.input', 'audio.output']);

/** What no update changes, or what WebRTC negotiates. */
const ignoredFields: ReadonlySet<string> = new Set([
  'audio.input.format',
  'audio.output.format',
  'client_secret',
  'expires_at',
  'id',
  'model',
  'object',
  'type',
]);

/** Names of settings in the older generation of parameters, which the option `allow` accepts as well. */
const newerNames: ReadonlyMap<string, string> = new Map([
  ['input_audio_format', 'audio.input.format'],
  ['input_audio_noise_reduction', 'audio.input.noise_reduction'],
  ['input_audio_transcription', 'audio.input.transcription'],
  ['max_response_output_tokens', 'max_output_tokens'],
  ['modalities', 'output_modalities'],
  ['output_audio_format', 'audio.output.format'],
  ['speed', 'audio.output.speed'],
  ['turn_detection', 'audio.input.turn_detection'],
  ['voice', 'audio.output.voice'],
]);

/** Settings that the API echoes with a slightly different number, such as 0.800000011920929 for 0.8. */
const NUMBER_TOLERANCE = 1e-6;

/** Deeper values count as different. */
const MAX_DEPTH = 64;

function join(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}

/** Reads the fields of a session or of an update. */
export function readFields(session: UnknownRecord, parent = ''): SessionFields {
  const fields = new Map<string, unknown>();
  for (const [key, value] of Object.entries(session)) {
    const path = join(parent, key);
    if (value === undefined || ignoredFields.has(path)) continue;
    if (!containers.has(path)) fields.set(path, value);
    else if (isRecord(value)) for (const [name, member] of readFields(value, path)) fields.set(name, member);
  }
  return fields;
}

/** Returns the part of an update below a container; `''` is the session. */
function membersBelow(parent: string, fields: SessionFields): UnknownRecord {
  const prefix = join(parent, '');
  const entries = [...fields]
    .filter(([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes('.'))
    .map(([path, value]) => [path.slice(prefix.length), value] as const);
  const nested = [...containers]
    .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes('.'))
    .map((path) => [path.slice(prefix.length), membersBelow(path, fields)] as const)
    .filter(([, members]) => Object.keys(members).length > 0);
  return Object.fromEntries([...entries, ...nested]);
}

/** Returns an update of a session. */
export function toUpdate(fields: SessionFields): UnknownRecord {
  return membersBelow('', fields);
}

/** Creates the check for a list of dotted paths, in the names of either generation. */
export function createIsAllowed(allowedPaths: readonly string[]): IsAllowed {
  const paths = allowedPaths.map((path) => {
    const [head = '', ...rest] = path.split('.');
    return [newerNames.get(head) ?? head, ...rest].join('.');
  });
  return (path) => paths.some((allowed) => path === allowed || path.startsWith(`${allowed}.`));
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isSameScalar(one: unknown, other: unknown): boolean {
  if (typeof one !== 'number' || typeof other !== 'number') return one === other;
  return Math.abs(one - other) <= NUMBER_TOLERANCE * Math.max(1, Math.abs(one));
}

/**
 * What a value is compared with: the same (`exact`), one that must contain it (`partial`), or the API's echo of it (`echo`), which
 * may also have another form, such as `{ type: 'auto' }` for `auto`.
 */
type Comparison = 'exact' | 'partial' | 'echo';

interface Position {
  readonly path: string;
  readonly depth: number;
  readonly comparison: Comparison;
}

function diffRecords(expected: UnknownRecord, actual: UnknownRecord, at: Position): readonly string[] {
  const added = at.comparison === 'exact' ? Object.keys(actual) : [];
  const keys = [...new Set([...Object.keys(expected), ...added])];
  return keys.flatMap((key) =>
    diff(readMember(expected, key), readMember(actual, key), {
      ...at,
      path: join(at.path, key),
      depth: at.depth + 1,
    }),
  );
}

function isSameList(expected: readonly unknown[], actual: readonly unknown[], at: Position): boolean {
  const item = { ...at, depth: at.depth + 1 };
  return (
    expected.length === actual.length &&
    expected.every((value, index) => diff(value, actual[index], item).length === 0)
  );
}

function isSame(expected: unknown, actual: unknown, at: Position): boolean {
  if (Array.isArray(expected) && Array.isArray(actual)) return isSameList(expected, actual, at);
  const isOtherForm = at.comparison === 'echo' && isRecord(expected) !== isRecord(actual);
  return isOtherForm || isSameScalar(expected, actual);
}

/** Returns the dotted paths at which two values differ. `null` is the same as no value. A list differs as a whole. */
function diff(expected: unknown, actual: unknown, at: Position): readonly string[] {
  if (at.depth > MAX_DEPTH) return [at.path];
  if (isAbsent(expected) || isAbsent(actual)) return isAbsent(expected) && isAbsent(actual) ? [] : [at.path];
  if (isRecord(expected) && isRecord(actual)) return diffRecords(expected, actual, at);
  return isSame(expected, actual, at) ? [] : [at.path];
}

/** Returns the dotted paths at which a field differs from the one that was seen before. */
export function diffField(path: string, expected: unknown, actual: unknown): readonly string[] {
  return diff(expected, actual, { path, depth: 0, comparison: 'exact' });
}

/** Returns the dotted paths at which a field differs from the one that was requested, if it was. A field that the API does not echo is ignored. */
export function diffRequested(path: string, requested: unknown, actual: unknown): readonly string[] {
  if (requested === undefined || actual === undefined) return [];
  if (isRecord(requested) && Object.keys(requested).length === 0) return [];
  return diff(requested, actual, { path, depth: 0, comparison: 'echo' });
}

/** Returns the dotted paths at which an update changes a field. */
export function diffUpdate(path: string, update: unknown, current: unknown): readonly string[] {
  return diff(update, current, { path, depth: 0, comparison: 'partial' });
}

/** What was changed, and what a page may keep. */
interface Change {
  readonly path: string;
  readonly isAllowed: IsAllowed;
}

function isSameKind(target: UnknownRecord, actual: UnknownRecord): boolean {
  return readMember(target, 'type') === readMember(actual, 'type');
}

function restoreRecord(
  target: UnknownRecord,
  actual: UnknownRecord,
  { path, isAllowed }: Change,
): UnknownRecord {
  const isKept = (member: string): boolean => isSameKind(target, actual) && isAllowed(member);
  const keys = [...new Set([...Object.keys(target), ...Object.keys(actual)])];
  const entries = keys.map((key): readonly [string, unknown] => {
    const member = join(path, key);
    const [wanted, current] = [readMember(target, key), readMember(actual, key)];
    if (isKept(member)) return [key, current];
    const isNested = isRecord(wanted) && isRecord(current);
    return [key, isNested ? restoreRecord(wanted, current, { path: member, isAllowed }) : wanted];
  });
  return Object.fromEntries(entries.filter(([, value]) => !isAbsent(value)));
}

/** Returns the value of a field that sets it back, except for what the page may change. */
export function restoreField(target: unknown, actual: unknown, change: Change): unknown {
  if (isAbsent(target)) return null;
  if (!isRecord(target)) return target;
  return restoreRecord(target, isRecord(actual) ? actual : {}, change);
}

/** Whether a member was added that must go. The API merges what is below `audio`, so an update cannot remove it. */
export function hasAddedMember(target: unknown, actual: unknown, { path, isAllowed }: Change): boolean {
  if (!isRecord(target) || !isRecord(actual) || !path.startsWith('audio.')) return false;
  return Object.entries(actual).some(([key, current]) => {
    const member = join(path, key);
    if (isAbsent(current) || isAllowed(member)) return false;
    const wanted = readMember(target, key);
    return isAbsent(wanted) || hasAddedMember(wanted, current, { path: member, isAllowed });
  });
}
