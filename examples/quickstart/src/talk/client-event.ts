/** How to talk: by voice over WebRTC, or in writing over WebSocket. */
export type Mode = 'voice' | 'text';

/** An event this page sends. */
export interface ClientEvent {
  /** Such as `response.create`. */
  readonly type: string;
  /** What the event carries. */
  readonly [field: string]: unknown;
}

/** The two events that say something and ask for an answer. */
export function ask(words: string, mode: Mode): readonly ClientEvent[] {
  const content = [{ type: 'input_text', text: words }];
  return [
    { type: 'conversation.item.create', item: { type: 'message', role: 'user', content } },
    { type: 'response.create', response: { output_modalities: [mode === 'voice' ? 'audio' : 'text'] } },
  ];
}
