import { asConnectionError, closedError, lostError } from '../errors/call-endings.ts';
import type { ConnectionError } from '../errors/connection-error.ts';
import type { ConnectionState } from './connection-state.ts';
import type { Call } from './open-call.ts';

/** The one call there may be at a time. */
export interface CurrentCall {
  /** Opens a call, or joins the one that is opening or open. */
  connect(): Promise<void>;
  /** Ends it. */
  close(): void;
  /** Ends it, if it is the one `connect()` gave this promise for. */
  giveUp(connecting: Promise<void>): void;
  /** The call, while there is one. */
  get(): Call | undefined;
}

/**
 * Keeps one call at a time, and the state true to it.
 *
 * @param open - Opens a call, and tells when it broke down.
 * @param setState - Told what became of it.
 */
export function createCurrentCall(
  open: (onLost: () => void) => Call,
  setState: (state: ConnectionState) => void,
): CurrentCall {
  let current: { readonly call: Call; readonly connecting: Promise<void> } | undefined;

  /** Only the current call may change the state: what an older one still has to say is not news. */
  function finish(call: Call, why: ConnectionError, next: ConnectionState): void {
    call.end(why);
    if (current?.call !== call) return;
    current = undefined;
    setState(next);
  }

  function fail(call: Call, error: ConnectionError): void {
    finish(call, error, { status: 'failed', error });
  }

  function start(): Promise<void> {
    const call = open(() => fail(call, lostError()));
    const connecting = call.opened.then(
      () => {
        if (current?.call !== call) throw closedError();
        setState({ status: 'connected' });
      },
      (thrown: unknown) => {
        const error = asConnectionError(thrown);
        fail(call, error);
        throw error;
      },
    );
    // Whoever does not wait for the outcome reads it from the state.
    connecting.catch(() => undefined);
    current = { call, connecting };
    setState({ status: 'connecting' });
    return connecting;
  }

  function close(): void {
    if (current) finish(current.call, closedError(), { status: 'closed' });
  }

  return {
    connect: () => current?.connecting ?? start(),
    close,
    giveUp(connecting) {
      if (current?.connecting === connecting) close();
    },
    get: () => current?.call,
  };
}
