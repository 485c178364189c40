import type { UpstreamApi } from '../upstream/providers.ts';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { ParsedParams, ParseResult } from './params.ts';

/** A parameter, or a value, that the schemas do not know and that is sent untouched. */
export interface UnknownField {
  /** Names of the members that lead to it. A list is always sent as a whole. */
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Says whether an unknown field may be sent. */
export type IsPassed = (field: UnknownField) => boolean;

function readMember(source: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    source,
  );
}

function withoutMember(source: UnknownRecord, [head = '', ...rest]: readonly string[]): UnknownRecord {
  const { [head]: member, ...others } = source;
  return rest.length > 0 && isRecord(member) ? { ...others, [head]: withoutMember(member, rest) } : others;
}

function withMember(
  source: UnknownRecord,
  [head = '', ...rest]: readonly string[],
  value: unknown,
): UnknownRecord {
  if (rest.length === 0) return { ...source, [head]: value };
  const member = source[head];
  return { ...source, [head]: withMember(isRecord(member) ? member : {}, rest, value) };
}

/** The nearest existing member of the path of an issue, such as `tools[0].name`, without list positions. */
function existingPath(source: UnknownRecord, issuePath: string): readonly string[] {
  const path = issuePath.replace(/\[\d.*$/s, '').split('.');
  while (path.length > 0 && readMember(source, path) === undefined) path.pop();
  return path;
}

function isBelow(path: readonly string[], parent: readonly string[]): boolean {
  return parent.every((name, index) => path[index] === name);
}

/**
 * Parses parameters and sets aside what the schema does not accept, one issue after the other.
 *
 * @param parse - Parses by the schema of one generation.
 */
export function parseWithUnknown(
  value: UnknownRecord,
  parse: (value: UnknownRecord) => ParseResult,
  isPassed: IsPassed,
): ParseResult {
  let known = value;
  let paths: (readonly string[])[] = [];
  for (;;) {
    const result = parse(known);
    if (result.kind === 'parsed') {
      const unknown = paths.map((path) => ({ path, value: readMember(value, path) }));
      return { kind: 'parsed', parsed: { ...result.parsed, unknown } };
    }
    const path = existingPath(known, result.issue.path);
    if (path.length === 0 || !isPassed({ path, value: readMember(known, path) })) return result;
    paths = [...paths.filter((other) => !isBelow(other, path)), path];
    known = withoutMember(known, path);
  }
}

/** Where a parameter of the documented call is in the live one, if it moved. */
const movedFields: readonly (readonly [flat: string, nested: string])[] = [
  ['voice', 'audio.output.voice'],
  ['speed', 'audio.output.speed'],
  ['output_audio_format', 'audio.output.format'],
  ['input_audio_format', 'audio.input.format'],
  ['input_audio_transcription', 'audio.input.transcription'],
  ['input_audio_noise_reduction', 'audio.input.noise_reduction'],
  ['turn_detection', 'audio.input.turn_detection'],
  ['modalities', 'output_modalities'],
  ['max_response_output_tokens', 'max_output_tokens'],
];

/** Translates the path of a field. A new parameter is expected under the same name in both calls. */
export function translatePath(path: readonly string[], to: UpstreamApi): readonly string[] {
  for (const [flat, nested] of movedFields) {
    const [from, target] = to === 'client_secrets' ? [flat, nested] : [nested, flat];
    const prefix = from.split('.');
    if (isBelow(path, prefix)) return [...target.split('.'), ...path.slice(prefix.length)];
  }
  return path;
}

/** Adds the unknown fields to parameters that were translated for an upstream. */
export function addUnknown(params: UnknownRecord, parsed: ParsedParams, api: UpstreamApi): UnknownRecord {
  const isTranslated = (parsed.kind === 'flat') === (api === 'client_secrets');
  return parsed.unknown.reduce(
    (result, { path, value }) => withMember(result, isTranslated ? translatePath(path, api) : path, value),
    params,
  );
}

/** The parameters as they were given, with their unknown fields. */
export function allParams({ params, unknown }: ParsedParams): UnknownRecord {
  return unknown.reduce<UnknownRecord>((result, { path, value }) => withMember(result, path, value), {
    ...params,
  });
}
