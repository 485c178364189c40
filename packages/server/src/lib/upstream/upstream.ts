/** Which create-session call an upstream speaks. */
export type UpstreamCall = 'client_secrets' | 'sessions';

/** Where tokens come from. Made by `openai()`, `azure()` and `compatible()`. */
export interface Upstream {
  /** Full address of the create-session call. HTTPS, or HTTP to a loopback host. */
  readonly url: string;
  /** Which generation of parameters it reads. */
  readonly call: UpstreamCall;
  /** How the API key is sent: `Authorization: Bearer …` or the header `api-key`. */
  readonly credential: 'bearer' | 'api-key';
  /** What a token of this issuer looks like. Anything else is refused as an invalid answer. */
  readonly token: RegExp;
  /** Fixed headers, such as `OpenAI-Project`. */
  readonly headers: Readonly<Record<string, string>>;
}
