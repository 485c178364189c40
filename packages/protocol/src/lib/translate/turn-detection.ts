import type { TurnDetection } from '../client-secrets/turn-detection.ts';
import type { FlatTurnDetection } from '../sessions/flat-turn-detection.ts';
import { compact } from './compact.ts';
import { droppedPaths } from './translated.ts';
import type { Translated } from './translated.ts';

/**
 * Splits the flat object by kind. Settings of the other kind, which the documented call ignores, are dropped.
 *
 * @param flat - `turn_detection` of the documented call.
 */
export function nestTurnDetection(flat: FlatTurnDetection): Translated<TurnDetection> {
  if (flat === null) return { value: null, dropped: [] };
  const { type, eagerness, threshold, prefix_padding_ms, silence_duration_ms, ...shared } = flat;
  const serverOnly = { threshold, prefix_padding_ms, silence_duration_ms };
  if (type === 'semantic_vad') {
    return {
      value: compact<NonNullable<TurnDetection>>({ type, eagerness, ...shared }),
      dropped: droppedPaths('turn_detection', serverOnly),
    };
  }
  return {
    value: compact<NonNullable<TurnDetection>>({ type: 'server_vad', ...serverOnly, ...shared }),
    dropped: droppedPaths('turn_detection', { eagerness }),
  };
}

/**
 * Both kinds fit the flat object; only the idle timeout has no place there.
 *
 * @param turnDetection - `audio.input.turn_detection` of the live call.
 */
export function flattenTurnDetection(turnDetection: TurnDetection): Translated<FlatTurnDetection> {
  if (turnDetection === null || turnDetection.type === 'semantic_vad')
    return { value: turnDetection, dropped: [] };
  const { idle_timeout_ms, ...value } = turnDetection;
  return { value, dropped: droppedPaths('session.audio.input.turn_detection', { idle_timeout_ms }) };
}
