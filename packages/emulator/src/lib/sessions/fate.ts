import type { EmulatorContext } from '../emulator/emulator-context.ts';
import type { Suffered } from '../faults/suffer.ts';
import type { EffectiveSession } from '../session/effective-session.ts';

type Later = Extract<Suffered, { kind: 'later' }>['name'] | undefined;

/** What becomes of a session: it lives, its time is up as it begins, or its connection breaks. */
export type Fate = 'lives' | 'expires' | 'breaks';

/**
 * What a fault makes of the session that is about to begin.
 *
 * @param later - The fault, if there is one.
 */
export function fateOf(later: Later): Fate {
  switch (later) {
    case 'close-1001':
      return 'expires';
    case 'drop':
      return 'breaks';
    case 'token-used':
    case undefined:
      return 'lives';
  }
}

/**
 * Uses a token, once or as often as the emulator allows.
 *
 * @param context - The emulator.
 * @param token - The token.
 * @param later - The fault that was met.
 */
export function redeem(
  { tokens, settings }: EmulatorContext,
  token: string,
  later: Later,
): EffectiveSession | undefined {
  return tokens.redeem(token, later === 'token-used' ? 'once' : settings.reuse);
}
