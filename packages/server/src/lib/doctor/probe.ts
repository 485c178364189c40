import { readBytes } from '../gate/read-bytes.ts';
import { readAnswer } from './read-answer.ts';
import type { AnswerBody } from './read-answer.ts';

/** Most bytes of an answer that are looked at. */
const MAX_ANSWER_BYTES = 262_144;

/** The page of somebody else; nobody can own this name. */
export const STRANGER = 'https://another-site.invalid';

/** Which route is examined, and with what. */
export interface Patient {
  /** Address of the route. */
  readonly url: URL;
  /** Headers that prove who is asking: `Cookie`, `Authorization`, … May be empty. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Longest wait for one answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Does the requests. */
  readonly fetch: typeof fetch;
  /** Current time in milliseconds. */
  readonly nowMs: () => number;
}

/** One way to ask. */
export interface Question {
  /** The method. */
  readonly method: 'GET' | 'POST';
  /** Whether to prove who is asking. */
  readonly as: 'stranger' | 'user';
  /** Whose page asks. */
  readonly from: 'own-page' | 'another-site';
}

/** What came back. */
export interface Answer {
  /** The question. */
  readonly question: Question;
  /** Its status. */
  readonly status: number;
  /** Its headers. */
  readonly headers: Headers;
  /** Its body as text. Never printed. */
  readonly text: string;
  /** What its body is. */
  readonly read: AnswerBody;
  /** This machine's time in the middle of the exchange, in unix milliseconds. */
  readonly atMs: number;
}

/** Whether somebody who asked like this holds a token now. */
export function isMint({ status, read }: Answer): boolean {
  return status >= 200 && status < 300 && (read.kind === 'token' || read.kind === 'misplaced');
}

function headersOf(patient: Patient, { method, as, from }: Question): Record<string, string> {
  return {
    ...(as === 'user' ? patient.credentials : {}),
    ...(method === 'POST' ? { 'Content-Type': 'application/json' } : {}),
    Accept: 'application/json',
    Origin: from === 'own-page' ? patient.url.origin : STRANGER,
    'Sec-Fetch-Site': from === 'own-page' ? 'same-origin' : 'cross-site',
  };
}

/**
 * Asks the route once, without following redirects.
 *
 * @param patient - The route.
 * @param question - How to ask.
 * @throws Whatever `fetch` throws when there is no answer; TooManyBytes for an endless one.
 */
export async function ask(patient: Patient, question: Question): Promise<Answer> {
  const startedMs = patient.nowMs();
  const response = await patient.fetch(patient.url, {
    method: question.method,
    headers: headersOf(patient, question),
    ...(question.method === 'POST' ? { body: '{}' } : {}),
    redirect: 'manual',
    cache: 'no-store',
    signal: AbortSignal.timeout(patient.timeoutMs),
  });
  const atMs = (startedMs + patient.nowMs()) / 2;
  const text = new TextDecoder().decode(await readBytes(response.body, MAX_ANSWER_BYTES));
  const { status, headers } = response;
  return { question, status, headers, text, read: readAnswer(text), atMs };
}
