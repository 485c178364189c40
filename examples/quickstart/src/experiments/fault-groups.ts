import type { Mode } from '../conversation/conversation.ts';

/** A fault of the emulator, as its control endpoint takes it. */
export interface FaultRequest {
  readonly fault: string | { readonly kind: string; readonly ms: number };
  readonly at: 'mint' | 'calls' | 'websocket' | 'session';
  /** How often it happens. Default: until it is cleared. */
  readonly times?: number;
}

/** A fault in words that a visitor knows. */
export interface FaultChoice {
  readonly label: string;
  /** What the visitor will see, and when. */
  readonly effect: string;
  readonly faults: (mode: Mode) => readonly FaultRequest[];
  /** Whether the page asks for a token right away, to show the consequence. Otherwise it shows with the next call or answer. */
  readonly shows: 'now' | 'later';
}

/** Where the fault can be. */
export type FaultPlace = 'token' | 'network' | 'server' | 'api';

const toTarget = (mode: Mode) => (mode === 'voice' ? 'calls' : 'websocket');

export const faultChoices: Readonly<Record<FaultPlace, readonly FaultChoice[]>> = {
  token: [
    {
      label: 'The API rejects it once',
      effect: 'The next call gets a 401. The page asks for a new token and calls again.',
      faults: (mode) => [
        { fault: mode === 'voice' ? 'invalid-api-key' : 'close-3000', at: toTarget(mode), times: 1 },
      ],
      shows: 'later',
    },
    {
      label: 'It opens only one call',
      effect: 'A second call with the same token is rejected and gets a new one.',
      faults: (mode) => [{ fault: 'token-used', at: toTarget(mode) }],
      shows: 'later',
    },
  ],
  network: [
    {
      label: 'The next call breaks',
      effect: 'It is lost as soon as it opens. A voice call reconnects.',
      faults: (mode) => [{ fault: 'drop', at: toTarget(mode), times: 1 }],
      shows: 'later',
    },
    {
      label: 'The next call is slow',
      effect: 'The answer to it arrives three seconds late.',
      faults: (mode) => [{ fault: { kind: 'latency', ms: 3_000 }, at: toTarget(mode), times: 1 }],
      shows: 'later',
    },
  ],
  server: [
    {
      label: 'Its API key is wrong',
      effect: 'No new tokens until you clear it. The terminal says what to do.',
      faults: () => [{ fault: 'invalid-api-key', at: 'mint' }],
      shows: 'now',
    },
    {
      label: 'Its account has no credit',
      effect: 'No new tokens until you clear it. The terminal names the reason.',
      faults: () => [{ fault: 'insufficient-quota', at: 'mint' }],
      shows: 'now',
    },
  ],
  api: [
    {
      label: 'It is overloaded',
      effect: 'No new tokens and no new calls until you clear it. Both are tried again, less and less often.',
      faults: () => [
        { fault: 'overloaded', at: 'mint' },
        { fault: 'overloaded', at: 'calls' },
      ],
      shows: 'now',
    },
    {
      label: 'It ends the next call',
      effect: 'The call reaches the limit of 60 minutes as soon as it opens.',
      faults: (mode) => [{ fault: 'close-1001', at: toTarget(mode), times: 1 }],
      shows: 'later',
    },
  ],
};

/** The main button of the group “OpenAI”. */
export const failNextAnswer: FaultChoice = {
  label: 'Fail the next answer',
  effect: 'Send a message: its answer fails, and the conversation shows the error.',
  faults: () => [{ fault: 'response-failed', at: 'session', times: 1 }],
  shows: 'later',
};
