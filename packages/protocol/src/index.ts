export { apiErrorSchema, readApiError, type ApiError, type ApiErrorDetail } from './api-error.ts';
export {
  audioFormatSchema,
  audioInputSchema,
  turnDetectionSchema,
  type AudioFormat,
  type AudioInput,
  type TurnDetection,
} from './audio.ts';
export {
  clientSecretCreateRequestSchema,
  clientSecretCreateResponseSchema,
  realtimeSessionSchema,
  transcriptionSessionSchema,
  type ClientSecretCreateRequest,
  type ClientSecretCreateResponse,
  type RealtimeSession,
  type TranscriptionSession,
} from './client-secrets.ts';
export { issuePaths, type WireIssue } from './issue-paths.ts';
export {
  LIVE_CHECKED_ON,
  liveCreateRequestSchema,
  liveCreateResponseSchema,
  liveModels,
  liveSessionSchema,
  liveSessionUpdateSchema,
  liveVoices,
  type LiveCreateRequest,
  type LiveCreateResponse,
  type LiveSession,
  type LiveSessionUpdate,
} from './live.ts';
export {
  liveClientEvents,
  liveCloseReasons,
  liveServerEvents,
  type LiveClientEventType,
  type LiveCloseReason,
  type LiveServerEventType,
} from './live-events.ts';
export { realtimeToLive, type LiveCounterpart } from './live-fields.ts';
export {
  realtimeTranslationClientSecretCreateRequestSchema,
  realtimeTranslationSessionSchema,
  type RealtimeTranslationClientSecretCreateRequest,
  type RealtimeTranslationSession,
} from './realtime-translation.ts';
export {
  sessionCreateRequestSchema,
  sessionCreateResponseSchema,
  transcriptionSessionCreateRequestSchema,
  type SessionCreateRequest,
  type SessionCreateResponse,
  type TranscriptionSessionCreateRequest,
} from './sessions.ts';
export {
  findShutdowns,
  shutdowns,
  SHUTDOWNS_CHECKED_ON,
  type SessionShutdown,
  type Shutdown,
} from './shutdowns.ts';
export { expiresAfterSchema, MAX_TTL_SECONDS, MIN_TTL_SECONDS, type ExpiresAfter } from './token-fields.ts';
export {
  functionToolSchema,
  mcpToolSchema,
  realtimeToolSchema,
  toolChoiceSchema,
  type FunctionTool,
  type McpTool,
  type RealtimeTool,
  type ToolChoice,
} from './tools.ts';
export {
  toClientSecretRequest,
  toSessionRequest,
  TranscriptionNotSupportedError,
  type ClientSecretTranslation,
  type SessionTranslation,
} from './translate-request.ts';
export { toClientSecretResponse, toSessionResponse } from './translate-response.ts';
export {
  toTranscriptionClientSecretRequest,
  toTranscriptionSessionRequest,
  type TranscriptionClientSecretRequest,
  type TranscriptionSessionTranslation,
} from './translate-transcription.ts';
