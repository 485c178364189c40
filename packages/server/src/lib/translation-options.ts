import type { RealtimeTranslationSession } from '@realtime-session/protocol';
import type { KnownResult } from './known-fields.ts';
import type { Awaitable, SessionHandlerOptions, UnknownFields } from './options.ts';
import type { TranslationSessionParams } from './policy/params.ts';
import type { Principal } from './request-context.ts';
import type { TranslationUpstream } from './upstream/providers.ts';

/** The type of the parameters of translation sessions. With `unknownFields: 'pass'`, it has any other member. */
export type TranslationSessionParamsFor<U extends UnknownFields> = U extends 'pass'
  ? RealtimeTranslationSession | Readonly<Record<string, unknown>>
  : RealtimeTranslationSession;

/** What a function that configures translation sessions returns, or a promise of it. `null` refuses the request (403). */
export type TranslationSessionResult<U extends UnknownFields = 'reject'> =
  Awaitable<TranslationSessionParamsFor<U> | null>;

/**
 * The configuration of every translation session: a value, or a function of the principal and of the parameters that the client was
 * allowed to set. `R` is what the function returns; a field that no translation session has does not compile.
 */
export type TranslationSessionSource<
  P extends Principal,
  U extends UnknownFields = 'reject',
  R extends TranslationSessionResult<U> = TranslationSessionResult<U>,
> =
  | TranslationSessionParamsFor<U>
  | ((principal: P, params: TranslationSessionParams) => KnownResult<R, TranslationSessionParamsFor<U>>);

/**
 * Options of `createSessionHandler()` with `upstream: openaiTranslations()`. All others mean the same as for other sessions; `expose`
 * lists fields of the translation session, such as `audio.output.language`.
 */
export interface TranslationHandlerOptions<
  P extends Principal = Principal,
  U extends UnknownFields = 'reject',
  R extends TranslationSessionResult<U> = TranslationSessionResult<U>,
> extends Omit<SessionHandlerOptions<P, U>, 'session' | 'upstream' | 'maxOutputTokens' | 'responseFormat'> {
  /** The configuration of every session, with its `model`. Overrides what the client asks for. */
  readonly session: TranslationSessionSource<P, U, R>;
  /** `openaiTranslations()`. */
  readonly upstream: TranslationUpstream;
}
