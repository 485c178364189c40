/** How to talk to the model: by voice over WebRTC, or with text over WebSocket. */
export type Mode = 'voice' | 'text';

/** An event that the page sends. */
export interface ClientEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Creates the events that send a message and request a response. */
export function createMessageEvents(message: string, mode: Mode): readonly ClientEvent[] {
  const content = [{ type: 'input_text', text: message }];
  return [
    { type: 'conversation.item.create', item: { type: 'message', role: 'user', content } },
    { type: 'response.create', response: { output_modalities: [mode === 'voice' ? 'audio' : 'text'] } },
  ];
}

/** The fields of a server event that this page reads. */
export interface ServerEvent {
  readonly type: string;
  /** A piece of text or base64 audio, in delta events. */
  readonly delta: string | undefined;
  /** The error code, in `error` events. */
  readonly code: string | undefined;
}

/** Parses a WebSocket message. Returns `undefined` if it is not a Realtime event. */
export function parseServerEvent(data: unknown): ServerEvent | undefined {
  return readServerEvent(typeof data === 'string' ? parseJson(data) : undefined);
}

/** Reads a parsed event. Returns `undefined` if it is not a Realtime event. */
export function readServerEvent(body: unknown): ServerEvent | undefined {
  const type = readString(body, 'type');
  if (type === undefined) return undefined;
  return { type, delta: readString(body, 'delta'), code: readString(readField(body, 'error'), 'code') };
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

function readString(body: unknown, name: string): string | undefined {
  const value = readField(body, name);
  return typeof value === 'string' ? value : undefined;
}
