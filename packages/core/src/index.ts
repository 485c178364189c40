export {
  createTokenManager,
  type GetTokenOptions,
  type TokenManager,
  type TokenStateReader,
} from './lib/token-manager.ts';
export type { LeadOptions, RetryOptions, TokenManagerOptions } from './lib/options.ts';
export type { WithTokenOptions } from './lib/with-token.ts';
export {
  endpoint,
  literal,
  type EndpointOptions,
  type TokenFetcher,
  type TokenRequest,
} from './lib/fetch/fetcher.ts';
export { TokenError, type TokenErrorCode, type TokenErrorInit } from './lib/token-error.ts';
export type { RefreshReason, TokenEvent } from './lib/state/token-event.ts';
export type {
  DisposedState,
  FailedState,
  IdleState,
  LoadingState,
  ReadyState,
  TokenState,
} from './lib/state/token-state.ts';
export type { EphemeralToken } from './lib/token/token.ts';
export type { ExpirySource } from './lib/token/lifetime.ts';
export type {
  ParsedToken,
  SessionInfo,
  StandardIssue,
  StandardResult,
  StandardSchema,
  TokenParser,
} from './lib/token/parse.ts';
export type { Clock, Environment, EnvironmentChange } from './lib/environment.ts';
