import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from '../http/send-answer.ts';
import { errorAnswer } from './error-answers.ts';
import type { Fault } from './fault.ts';
import type { MintShape } from './mint-shape.ts';

/** What a fault makes of a request. */
export type Suffered =
  | {
      /** It is answered with something else. */
      readonly kind: 'answer';
      /** With this. */
      readonly answer: Answer;
    }
  | {
      /** The mint is carried out, and answered in another shape. */
      readonly kind: 'shape';
      /** In this one. */
      readonly shape: MintShape;
    }
  | {
      /** The mint is carried out by a clock that is wrong. */
      readonly kind: 'skew';
      /** How far ahead it is, in milliseconds. */
      readonly ms: number;
    }
  | {
      /** The call is carried out; its session meets the fault. */
      readonly kind: 'later';
      /** How. */
      readonly name: 'token-used' | 'close-1001' | 'drop';
    }
  | {
      /** It is carried out as if nothing were wrong. */
      readonly kind: 'go-on';
    };

/** What suffering takes. */
export interface Circumstances {
  /** The emulator's time, in milliseconds since 1970. */
  readonly nowMs: number;
  /** Aborted when the emulator closes; ends delays. */
  readonly closing: AbortSignal;
}

const HTML = '<!doctype html><title>Gateway</title><h1>Something went wrong</h1>';
const PAGE = { 'content-type': 'text/html' };
const SDP = { 'content-type': 'application/sdp' };

/**
 * Lets an HTTP request meet a fault. Never settles when the fault is to hang.
 *
 * @param fault - The fault, if there is one.
 * @param circumstances - Time and end.
 */
export async function suffer(fault: Fault | undefined, circumstances: Circumstances): Promise<Suffered> {
  if (fault === undefined) return { kind: 'go-on' };
  if (typeof fault === 'string') return sufferNamed(fault, circumstances);
  switch (fault.kind) {
    case 'status': {
      const {
        status,
        body = { error: { message: '', type: '', param: '', code: '' } },
        headers = {},
      } = fault;
      return { kind: 'answer', answer: { status, body, headers } };
    }
    case 'latency':
      await wait(fault.ms, undefined, { signal: circumstances.closing, ref: false });
      return { kind: 'go-on' };
    case 'hang':
      return new Promise(() => undefined);
    case 'skew':
      return fault;
  }
}

async function sufferNamed(name: Extract<Fault, string>, { nowMs }: Circumstances): Promise<Suffered> {
  switch (name) {
    case 'answer-ga':
    case 'answer-ga-expires-zero':
    case 'answer-beta':
    case 'answer-beta-expired':
    case 'answer-without-secret':
      return { kind: 'shape', shape: name };
    case 'answer-error':
      return answerWith({ ...errorAnswer('server-error', nowMs), status: 200 });
    case 'answer-html':
      return answerWith({ status: 200, body: HTML, headers: PAGE });
    case 'answer-empty':
      return answerWith({ status: 200, body: '' });
    case 'answer-sdp':
      return answerWith({
        status: 201,
        body: 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n',
        headers: SDP,
      });
    case 'gateway-timeout':
      return answerWith({ status: 504, body: HTML, headers: PAGE });
    case 'reset':
      return answerWith({ status: 200, body: { value: 'ek_cut_short' }, ending: 'cut' });
    case 'hang':
      return new Promise(() => undefined);
    case 'token-used':
    case 'close-1001':
    case 'drop':
      return { kind: 'later', name };
    case 'close-3000':
    case 'close-4000':
    case 'response-failed':
      return { kind: 'go-on' };
    default:
      return answerWith(errorAnswer(name, nowMs));
  }
}

function answerWith(answer: Answer): Suffered {
  return { kind: 'answer', answer };
}
