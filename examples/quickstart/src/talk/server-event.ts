/** What this page reads of a server event; everything else in it stays unread. */
export interface ServerEvent {
  /** Such as `response.done`. */
  readonly type: string;
  /** Words or base64 sound, in events that bring a piece of either. */
  readonly delta: string | undefined;
  /** Why, in `error` events. */
  readonly code: string | undefined;
}

/**
 * Reads a WebSocket message.
 *
 * @returns `undefined` for anything that is not a Realtime event.
 */
export function parseServerEvent(data: unknown): ServerEvent | undefined {
  return readServerEvent(typeof data === 'string' ? parseJson(data) : undefined);
}

/**
 * Reads an event.
 *
 * @returns `undefined` for anything that is none.
 */
export function readServerEvent(body: unknown): ServerEvent | undefined {
  const type = readText(body, 'type');
  if (type === undefined) return undefined;
  return { type, delta: readText(body, 'delta'), code: readText(readField(body, 'error'), 'code') };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readField(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? Object.entries(body).find(([key]) => key === name)?.[1]
    : undefined;
}

function readText(body: unknown, name: string): string | undefined {
  const value = readField(body, name);
  return typeof value === 'string' ? value : undefined;
}
