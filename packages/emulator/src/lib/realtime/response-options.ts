import type { AudioFormat, RealtimeTool, ToolChoice } from '@realtime-session/protocol';
import type { SessionConfig } from '../state/session-config.ts';
import type { ResponseSettings } from './response-schema.ts';

/** The effective settings of one response: those of the session, with those of `response.create` applied. */
export interface ResponseOptions {
  /** `none` for a response that is not added to the conversation. */
  readonly conversation: 'auto' | 'none';
  readonly modality: 'audio' | 'text';
  readonly instructions: string;
  readonly tools: readonly RealtimeTool[];
  readonly toolChoice: ToolChoice;
  /** How many functions one response can call. */
  readonly functionCalls: 'many' | 'one';
  readonly maxOutputTokens: number | 'inf';
  readonly metadata: Readonly<Record<string, string>> | null;
  /** Name of a voice, or id of a custom one. */
  readonly voice: string;
  readonly format: AudioFormat;
}

const DEFAULT_VOICE = 'alloy';
const PCM = { type: 'audio/pcm', rate: 24_000 } as const;

export function resolveResponseOptions(session: SessionConfig, settings: ResponseSettings): ResponseOptions {
  const merged = { ...DEFAULTS, ...definedMembers(getDefaults(session)), ...definedMembers(settings) };
  const output = { ...getAudioOutput(session), ...definedMembers(settings.audio?.output ?? {}) };
  return {
    conversation: merged.conversation,
    modality: merged.output_modalities[0] ?? 'audio',
    instructions: merged.instructions,
    tools: merged.tools,
    toolChoice: merged.tool_choice,
    functionCalls: merged.parallel_tool_calls ? 'many' : 'one',
    maxOutputTokens: merged.max_output_tokens,
    metadata: merged.metadata,
    voice: toVoiceName(output.voice),
    format: output.format ?? PCM,
  };
}

const DEFAULTS = {
  conversation: 'auto',
  output_modalities: ['audio'],
  instructions: '',
  tools: [],
  tool_choice: 'auto',
  parallel_tool_calls: true,
  max_output_tokens: 'inf',
  metadata: null,
} as const satisfies ResponseSettings;

type SharedSettings = Omit<ResponseSettings, 'audio' | 'conversation' | 'input' | 'metadata'>;

function getDefaults(session: SessionConfig): SharedSettings {
  return session.type === 'realtime' ? session : { output_modalities: ['text'] };
}

/** Returns the name of the voice of a session, or the id of its custom voice. */
export function getVoice(session: SessionConfig): string {
  return toVoiceName(getAudioOutput(session).voice);
}

export function toVoiceName(voice: string | { readonly id: string } | undefined): string {
  return typeof voice === 'object' ? voice.id : (voice ?? DEFAULT_VOICE);
}

type AudioOutput = NonNullable<NonNullable<ResponseSettings['audio']>['output']>;

function getAudioOutput(session: SessionConfig): AudioOutput {
  return session.type === 'realtime' ? (session.audio?.output ?? {}) : {};
}

type Defined<Members> = { [Key in keyof Members]?: Exclude<Members[Key], undefined> };

function definedMembers<Members extends object>(members: Members): Defined<Members> {
  const defined = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Defined<Members>; // a subset of its entries
}
