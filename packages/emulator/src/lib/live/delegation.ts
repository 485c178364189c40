import type { ApiErrorDetail } from '@realtime-session/protocol';
import type { ServerEvent } from '../realtime/events.ts';
import { toItem } from '../realtime/items.ts';
import type { ReplyPlan } from '../realtime/reply-plan.ts';
import type { CreateId } from '../shared/create-id.ts';
import type { AppendEvent, LiveClientEvent } from './client-events.ts';
import type { LiveConversation, PlannedCall } from './conversation.ts';
import { toNestedEvents } from './delegated-response.ts';
import type { DelegatedOutput, DelegatedResponse } from './delegated-response.ts';
import type { LiveSessionResource } from './live-session.ts';

/** What a client sends to the backend of a session. */
export type ResponsesEvent = Extract<LiveClientEvent, { type: 'response.create' | 'response.item.create' }>;

export interface DelegationOptions {
  readonly createId: CreateId;
  readonly getSession: () => LiveSessionResource;
  readonly conversation: LiveConversation;
  readonly send: (event: ServerEvent) => void;
  readonly nowMs: () => number;
  /** The clock of the session, in milliseconds. */
  readonly inputMs: () => number;
  /** Waits on the emulator's clock, unless it is for 0 ms. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly pace: (signal: AbortSignal) => Promise<void>;
}

/** As observed: the bytes of items that wait for `response.create`. */
const MAX_WAITING_BYTES = 32_768;

const NOT_RESPONSES = {
  code: 'invalid_value',
  message: 'The session does not delegate to the Responses API.',
  param: 'type',
};

/** The work that the model delegates: to the application, which answers with appends, or to a model of the Responses API. */
export class Delegation {
  readonly #options: DelegationOptions;
  readonly #stopped = new AbortController();
  /** Delegations that wait for the application. */
  readonly #clientDelegations = new Set<string>();
  /** Calls of the backend that wait for their output, with their delegation. */
  readonly #calls = new Map<string, string | null>();
  readonly #idleListeners = new Set<() => void>();
  #waitingBytes = 0;
  #running = 0;

  constructor(options: DelegationOptions) {
    this.#options = options;
  }

  /** Delegates what a script calls. */
  start(call: PlannedCall, usage: ReplyPlan['usage'] = {}): void {
    const { createId, getSession } = this.#options;
    const target = getSession().delegation?.type ?? 'client';
    const id = createId('deleg');
    if (target === 'responses') {
      const responseId = createId('resp');
      this.#sendCreated({ id, target, type: 'delegation', response_id: responseId });
      void this.#run({ ...this.#toCall(call, id), id: responseId, delegationId: id, usage });
      return;
    }
    if (target === 'client') this.#clientDelegations.add(id);
    this.#sendCreated({ id, target, type: 'delegation' });
  }

  /** Returns what is wrong with the delegation that an append names. */
  checkAppend({ delegation_id: id }: AppendEvent): ApiErrorDetail | undefined {
    if (id === null) return undefined;
    const param = 'delegation_id';
    if (this.#options.getSession().delegation?.type === 'responses')
      return {
        code: 'invalid_value',
        message: 'Must be null: the session delegates to the Responses API.',
        param,
      };
    if (this.#clientDelegations.has(id)) return undefined;
    return { code: 'invalid_value', message: 'The session has no delegation with this id.', param };
  }

  /** An append was accepted: the model says what is meant for the user. */
  accept({ type, content, delegation_id: id }: AppendEvent): void {
    if (type !== 'session.commentary.append') return;
    if (id !== null) this.#clientDelegations.delete(id);
    void this.#options.conversation.say(content);
  }

  /** Handles an event for the backend. Returns what is wrong with it. */
  handleEvent(event: ResponsesEvent): ApiErrorDetail | undefined {
    if (this.#options.getSession().delegation?.type !== 'responses') return NOT_RESPONSES;
    return event.type === 'response.create' ? this.#respond() : this.#addItem(event);
  }

  /** Calls the listener when no delegated response runs, now or later. */
  whenIdle(listener: () => void): void {
    if (this.#running === 0) listener();
    else this.#idleListeners.add(listener);
  }

  /** The session has ended. */
  stop(): void {
    this.#stopped.abort();
    this.#idleListeners.clear();
  }

  #addItem({ item }: Extract<ResponsesEvent, { type: 'response.item.create' }>): ApiErrorDetail | undefined {
    this.#waitingBytes += Buffer.byteLength(JSON.stringify(item));
    if (this.#waitingBytes > MAX_WAITING_BYTES) {
      this.#waitingBytes = 0;
      return { code: 'response_input_buffer_full', message: 'Too much input waits for response.create.' };
    }
    const { call_id: callId, output, role, content } = item;
    if (item['type'] === 'function_call_output') {
      if (typeof callId !== 'string' || !this.#calls.has(callId))
        return { code: 'invalid_value', message: 'No call waits for this output.', param: 'item.call_id' };
      this.#insert({ type: 'function_call_output', call_id: callId, output: toText(output) });
    } else if (role === 'user') {
      this.#insert({ type: 'message', role, content: [{ type: 'input_text', text: toText(content) }] });
    }
    return undefined;
  }

  /** The backend continues with what it was sent. */
  #respond(): ApiErrorDetail | undefined {
    this.#waitingBytes = 0;
    const [delegationId = null] = [...this.#calls.values()].slice(-1);
    this.#calls.clear();
    const plan = this.#options.conversation.plan();
    if ('error' in plan) return plan.error;
    void this.#continue(plan, delegationId);
    return undefined;
  }

  async #continue(plan: ReplyPlan, delegationId: string | null): Promise<void> {
    const { usage = {}, delayMs } = plan;
    const id = this.#options.createId('resp');
    for (const item of plan.items.slice(0, 1)) {
      const output: PlannedOutput =
        item.kind === 'message'
          ? { output: { kind: 'text', text: item.text }, hosted: undefined }
          : this.#toCall(item, delegationId);
      await this.#run({ ...output, id, delegationId, usage, ...(delayMs === undefined ? {} : { delayMs }) });
    }
  }

  async #run({ delegationId, hosted, delayMs = 0, ...planned }: RunOptions): Promise<void> {
    const { createId, pace, wait, send } = this.#options;
    const { signal } = this.#stopped;
    this.#running += 1;
    for (const event of toNestedEvents(this.#describe(planned), createId)) {
      await pace(signal);
      if (event.type === 'response.output_item.added') await wait(delayMs, signal);
      if (signal.aborted) return;
      send({ type: 'response.event', event, delegation_id: delegationId });
    }
    this.#running -= 1;
    this.#finishRun(planned.output, hosted, delegationId);
  }

  #describe(planned: Pick<RunOptions, 'id' | 'output' | 'usage'>): DelegatedResponse {
    const { nowMs, getSession } = this.#options;
    const { delegation } = getSession();
    const responses = delegation?.type === 'responses' ? delegation.responses : undefined;
    return {
      ...planned,
      model: responses?.model ?? '',
      createdAtSeconds: Math.floor(nowMs() / 1000),
      prompt: JSON.stringify([responses?.instructions, responses?.tools]),
    };
  }

  #finishRun(output: DelegatedOutput, hosted: string | undefined, delegationId: string | null): void {
    if (output.kind === 'text') void this.#options.conversation.say(output.text);
    if (hosted !== undefined) {
      this.#insert({ type: 'function_call_output', call_id: hosted, output: 'done' });
      this.#calls.delete(hosted);
      const plan = this.#options.conversation.plan();
      if (!('error' in plan)) void this.#continue(plan, delegationId);
    }
    if (this.#running > 0) return;
    for (const listener of this.#idleListeners) listener();
    this.#idleListeners.clear();
  }

  /** A function of the session is called by the client; any other tool runs at the API. */
  #toCall({ name, args }: PlannedCall, delegationId: string | null): PlannedOutput {
    const { delegation } = this.#options.getSession();
    const tools = delegation?.type === 'responses' ? (delegation.responses.tools ?? []) : [];
    const isFunction = tools.some((tool) => tool.type === 'function' && tool.name === name);
    const callId = this.#options.createId('call');
    this.#insert({ type: 'function_call', name, arguments: args, call_id: callId });
    this.#calls.set(callId, delegationId);
    return { output: { kind: 'function-call', name, args, callId }, hosted: isFunction ? undefined : callId };
  }

  #insert(content: Parameters<typeof toItem>[0]): void {
    const { conversation, createId } = this.#options;
    conversation.items.insert({
      item: toItem(content, createId),
      audioMs: 0,
      spokenText: '',
      isTruncated: false,
    });
  }

  #sendCreated(delegation: object): void {
    const offset_ms = Math.round(this.#options.inputMs());
    this.#options.send({ type: 'session.delegation.created', delegation, offset_ms });
  }
}

interface PlannedOutput {
  readonly output: DelegatedOutput;
  /** Id of a call that the API runs itself. */
  readonly hosted: string | undefined;
}

interface RunOptions extends PlannedOutput {
  readonly id: string;
  readonly delegationId: string | null;
  readonly usage: NonNullable<ReplyPlan['usage']>;
  /** Time before the output, in milliseconds. */
  readonly delayMs?: number;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
