import type { RealtimeEvent } from './realtime-connection.ts';

/**
 * Reads an event of the API.
 *
 * @param text - What came over the channel.
 * @returns `undefined` for anything that is no event.
 */
export function parseEvent(text: string): RealtimeEvent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEvent(value: unknown): value is RealtimeEvent {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
