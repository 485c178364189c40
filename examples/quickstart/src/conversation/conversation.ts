/** Whether the page speaks with the model, over WebRTC, or writes with it, over WebSocket. */
export type Mode = 'voice' | 'text';

/** What one side said, once. */
export interface Turn {
  readonly kind: 'turn';
  /** The id of the API's item or response, or one of the page's own. */
  readonly id: string;
  readonly speaker: 'you' | 'model';
  readonly medium: Mode;
  /** What is known so far. Captions grow word by word. */
  readonly text: string;
  readonly status: 'live' | 'done' | 'interrupted' | 'failed';
  /** Why it failed, in a sentence. */
  readonly problem: string | undefined;
}

/** A remark of the page between the turns. */
export interface Notice {
  readonly kind: 'notice';
  readonly id: string;
  readonly tone: 'neutral' | 'bad';
  readonly text: string;
}

/** What the panel shows, oldest first. */
export type Conversation = readonly (Turn | Notice)[];

export type ConversationAction =
  /** The user sent a message. */
  | { readonly type: 'wrote'; readonly text: string }
  | { readonly type: 'speech-started'; readonly itemId: string }
  /** The API has recognized more, or all, of what the user said. */
  | { readonly type: 'speech-heard'; readonly itemId: string; readonly delta: string }
  | { readonly type: 'speech-done'; readonly itemId: string; readonly transcript: string | undefined }
  | { readonly type: 'response-started'; readonly responseId: string; readonly medium: Mode }
  /** The next piece of what the model says. */
  | { readonly type: 'caption'; readonly responseId: string; readonly delta: string }
  | { readonly type: 'response-done'; readonly responseId: string; readonly outcome: ResponseOutcome }
  /** The next piece of what one side says, on Live. */
  | {
      readonly type: 'spoken';
      readonly id: string;
      readonly speaker: Turn['speaker'];
      readonly delta: string;
    }
  | { readonly type: 'turn-ended'; readonly id: string }
  | { readonly type: 'noticed'; readonly tone: Notice['tone']; readonly text: string }
  /** The connection is gone: what was not complete never will be. */
  | { readonly type: 'disconnected' };

export interface ResponseOutcome {
  readonly status: 'done' | 'interrupted' | 'failed';
  readonly problem?: string | undefined;
}

export function conversationReducer(state: Conversation, action: ConversationAction): Conversation {
  switch (action.type) {
    case 'wrote':
      return append(state, toTurn(`wrote-${state.length}`, 'you', { text: action.text, status: 'done' }));
    case 'speech-started':
      return append(state, toTurn(action.itemId, 'you', { medium: 'voice' }));
    case 'speech-heard':
      return update(state, action.itemId, ({ text }) => ({ text: text + action.delta }));
    case 'speech-done':
      return update(state, action.itemId, ({ text }) => ({
        text: action.transcript ?? text,
        status: 'done',
      }));
    case 'response-started':
      return append(state, toTurn(action.responseId, 'model', { medium: action.medium }));
    case 'caption':
      return update(state, action.responseId, ({ text }) => ({ text: text + action.delta }));
    case 'response-done':
      return update(state, action.responseId, () => action.outcome);
    case 'spoken':
      return update(
        append(state, toTurn(action.id, action.speaker, { medium: 'voice' })),
        action.id,
        ({ text }) => ({ text: text + action.delta }),
      );
    case 'turn-ended':
      // A turn that the end of the call has interrupted stays so.
      return update(state, action.id, ({ status }) => ({ status: status === 'live' ? 'done' : status }));
    case 'noticed':
      return append(state, toNotice(`notice-${state.length}`, action));
    case 'disconnected':
      return state.map((entry) =>
        entry.kind === 'turn' && entry.status === 'live' ? { ...entry, status: 'interrupted' } : entry,
      );
  }
}

/** Whether the model is answering. */
export function isResponding(state: Conversation): boolean {
  return state.some((entry) => entry.kind === 'turn' && entry.speaker === 'model' && entry.status === 'live');
}

function toTurn(id: string, speaker: Turn['speaker'], fields: Partial<Turn>): Turn {
  const start = { medium: 'text', text: '', status: 'live', problem: undefined } as const;
  return { ...start, ...fields, kind: 'turn', id, speaker };
}

function toNotice(id: string, { tone, text }: Pick<Notice, 'tone' | 'text'>): Notice {
  return { kind: 'notice', id, tone, text };
}

/** A turn that is there already stays where it is: some events announce it twice. */
function append(state: Conversation, entry: Turn | Notice): Conversation {
  if (state.some(({ id }) => id === entry.id)) return state;
  return [...state, entry];
}

function update(state: Conversation, id: string, change: (turn: Turn) => Partial<Turn>): Conversation {
  return state.map((entry) =>
    entry.kind === 'turn' && entry.id === id ? { ...entry, ...change(entry) } : entry,
  );
}
