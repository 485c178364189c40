export { audioFormatSchema, type AudioFormat } from './lib/client-secrets/audio-format.ts';
export { audioInputSchema, type AudioInput } from './lib/client-secrets/audio-input.ts';
export {
  clientSecretCreateRequestSchema,
  type ClientSecretCreateRequest,
} from './lib/client-secrets/client-secret-create-request.ts';
export {
  clientSecretCreateResponseSchema,
  type ClientSecretCreateResponse,
} from './lib/client-secrets/client-secret-create-response.ts';
export { mcpToolSchema, type McpTool } from './lib/client-secrets/mcp-tool.ts';
export { realtimeSessionSchema, type RealtimeSession } from './lib/client-secrets/realtime-session.ts';
export {
  realtimeToolSchema,
  toolChoiceSchema,
  type RealtimeTool,
  type ToolChoice,
} from './lib/client-secrets/tools.ts';
export {
  transcriptionSessionSchema,
  type TranscriptionSession,
} from './lib/client-secrets/transcription-session.ts';
export { turnDetectionSchema, type TurnDetection } from './lib/client-secrets/turn-detection.ts';
export { apiErrorSchema, type ApiError } from './lib/errors/api-error.ts';
export { issuePaths, type WireIssue } from './lib/errors/issue-paths.ts';
export { readApiError, type ApiErrorDetail } from './lib/errors/read-api-error.ts';
export {
  sessionCreateRequestSchema,
  type SessionCreateRequest,
} from './lib/sessions/session-create-request.ts';
export {
  sessionCreateResponseSchema,
  type SessionCreateResponse,
} from './lib/sessions/session-create-response.ts';
export {
  expiresAfterSchema,
  MAX_TTL_SECONDS,
  MIN_TTL_SECONDS,
  type ExpiresAfter,
} from './lib/shared/expires-after.ts';
export { functionToolSchema, type FunctionTool } from './lib/shared/function-tool.ts';
export {
  transcriptionSessionCreateRequestSchema,
  type TranscriptionSessionCreateRequest,
} from './lib/transcription-sessions/transcription-session-create-request.ts';
export {
  toClientSecretRequest,
  type ClientSecretTranslation,
} from './lib/translate/to-client-secret-request.ts';
export { toClientSecretResponse } from './lib/translate/to-client-secret-response.ts';
export { toSessionRequest, type SessionTranslation } from './lib/translate/to-session-request.ts';
export { toSessionResponse } from './lib/translate/to-session-response.ts';
export { toTranscriptionClientSecretRequest } from './lib/translate/to-transcription-client-secret-request.ts';
export {
  toTranscriptionSessionRequest,
  type LiveTranscriptionRequest,
  type TranscriptionSessionTranslation,
} from './lib/translate/to-transcription-session-request.ts';
export { TranscriptionNotExpressibleError } from './lib/translate/transcription-not-expressible-error.ts';
