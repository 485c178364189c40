/** Which create-session call an upstream speaks. */
export type UpstreamApi = 'client_secrets' | 'sessions';

/** Where tokens come from. Made by `openai()`, `azure()` and `compatible()`. */
export interface Upstream {
  /** Full address of the create-session call. HTTPS, or HTTP to a loopback host. */
  readonly url: string;
  /**
   * Full address of the call for transcription sessions, where it is a call of its own: only beside the documented
   * `sessions` call, whose sibling `transcription_sessions` it is. Without it that upstream opens conversations only.
   */
  readonly transcriptionUrl?: string;
  /** Which generation of parameters it reads. */
  readonly api: UpstreamApi;
  /** How the API key is sent: `Authorization: Bearer …` or the header `api-key`. */
  readonly credential: 'bearer' | 'api-key';
  /** What a token of this issuer looks like. Anything else is refused as an invalid answer. */
  readonly token: RegExp;
  /** Fixed headers, such as `OpenAI-Project`. */
  readonly headers: Readonly<Record<string, string>>;
}
