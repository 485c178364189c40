/** Headers of an answer; no two names differ only in case. */
export type AnswerHeaders = Record<string, string>;

/** What is answered, before it is a `Response`. Node's adapters send it as it is: a `Response` costs a stream. */
export interface Answer {
  /** HTTP status. */
  readonly status: number;
  /** Headers. */
  readonly headers: AnswerHeaders;
  /** Body, or `null` for none. */
  readonly body: string | null;
}

/** The web-standard form of an answer. */
export function toResponse({ body, status, headers }: Answer): Response {
  return new Response(body, { status, headers });
}

/** What a handler that is not ours alone has answered. */
export async function toAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response;
  return { status, headers: Object.fromEntries(headers), body: await response.text() };
}
