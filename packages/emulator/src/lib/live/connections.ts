import type { Page } from '../calls/page-call.ts';
import { SidebandGroup } from '../calls/sideband-group.ts';
import type { Journal } from '../journal/journal.ts';
import type { ServerEvent } from '../realtime/events.ts';
import type { SentEvent } from '../realtime/run-session.ts';
import type { Sideband } from '../state/call-registry.ts';
import type { CreateId } from '../shared/create-id.ts';
import type { EventFilter } from './event-filter.ts';

/** Who is connected to a session: its page, or a sideband. */
export type Client = 'page' | Sideband;

export interface ConnectionsOptions {
  readonly createId: CreateId;
  readonly journal: Journal;
  readonly filter: EventFilter;
  /** Called for every event that is sent. */
  readonly onSend: (event: SentEvent) => void;
}

/** The page and the sidebands of a Live session. */
export class LiveConnections {
  readonly sidebands = new SidebandGroup();
  page: Page | undefined;
  readonly #options: ConnectionsOptions;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Sends an event to every client that may receive it. */
  send(input: ServerEvent): void {
    const event = this.#toSentEvent(input);
    this.#sendToPage(event);
    this.sidebands.send(event);
  }

  /** Sends an event to one client. */
  sendTo(client: Client, input: ServerEvent): void {
    const event = this.#toSentEvent(input);
    if (client === 'page') this.#sendToPage(event);
    else client.send(JSON.stringify(event));
  }

  /** Sends audio to the sidebands: it has no id, and is neither kept nor recorded. */
  reflect(event: ServerEvent): void {
    this.sidebands.sendText(() => JSON.stringify(event));
  }

  #sendToPage(event: ServerEvent): void {
    if (this.#options.filter.allowsServerEvent(event)) this.page?.send(JSON.stringify(event));
  }

  #toSentEvent(input: ServerEvent): SentEvent {
    const event = { event_id: this.#options.createId('event'), ...input };
    this.#options.journal.record('sent', event);
    this.#options.onSend(event);
    return event;
  }
}
