import type { Answer } from './answer.ts';
import type { HandlerContext, SessionHandler } from './session-handler.ts';

/** Reads a body of at most so many bytes, or throws `TooManyBytes`. */
export type ReadBytes = (maxBytes: number) => Promise<Uint8Array>;

/** A request, and what is known besides. */
export interface Call extends HandlerContext {
  /** The request. */
  readonly request: Request;
  /** Reads its body more directly than through its stream. Not called when `request.bodyUsed`. */
  readonly readBytes?: ReadBytes;
}

/** Answers a call without making a `Response` of the answer. Never rejects. */
export type AnswerCall = (call: Call) => Promise<Answer>;

const known = new WeakMap<SessionHandler, AnswerCall>();

/** Remembers how a handler answers. */
export function answersDirectly(handler: SessionHandler, answer: AnswerCall): SessionHandler {
  known.set(handler, answer);
  return handler;
}

/** How a handler answers, unless somebody has wrapped it: then only the wrapper may be called. */
export function directAnswers(handler: SessionHandler): AnswerCall | undefined {
  return known.get(handler);
}
