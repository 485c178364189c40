import { addAudio, redactEvent } from './redact.ts';
import type { JournalEvent, RedactOptions } from './redact.ts';

/** Direction of an event: `received` from the client, or `sent` to it. */
export type JournalDirection = 'received' | 'sent';

/** One event of a journal. */
export interface JournalEntry {
  /** Position in the journal of the session, from 0. Numbers are not reused. */
  readonly index: number;
  /** Whether the emulator received the event from the client, or sent it. */
  readonly direction: JournalDirection;
  /** When it happened on the emulator's clock, in milliseconds since 1970. */
  readonly atMs: number;
  /** The event. */
  readonly event: JournalEvent;
  /** Number of audio events without another event between them that this entry stands for. Missing for other events. */
  readonly audioEvents?: number;
}

/** What happened in one session: the newest 1,000 events in each direction, up to 1 MiB of JSON, or 32 MiB with audio. */
export interface Journal {
  record(direction: JournalDirection, event: unknown): void;
  /** The entries of both directions, oldest first. */
  entries(): readonly JournalEntry[];
  /** Returns the index of the next entry. Events from now on get entries of their own. */
  mark(): number;
  /** Calls the listener after each event. Returns a function that removes it. */
  subscribe(listener: () => void): () => void;
}

const MAX_CHARACTERS = { summary: 2 ** 20, full: 2 ** 25 } as const;

interface StoredEntry {
  readonly entry: JournalEntry;
  readonly characters: number;
  /** Bytes of audio that the entry stands for; `undefined` for other events. */
  readonly audioBytes: number | undefined;
}

export function createJournal(nowMs: () => number, options: RedactOptions): Journal {
  const stored = { received: createBuffer(options), sent: createBuffer(options) };
  const listeners = new Set<() => void>();
  let nextIndex = 0;
  return {
    record(direction, input) {
      if (options.entries === 0) return;
      const { event, audioBytes } = redactEvent(input, options);
      const isMerged = audioBytes !== undefined && stored[direction].addAudio(event.type, audioBytes);
      if (!isMerged) {
        const entry = { index: nextIndex, direction, atMs: nowMs(), event };
        const audioEvents = audioBytes === undefined ? {} : { audioEvents: 1 };
        const characters = JSON.stringify(event).length;
        stored[direction].add({ entry: { ...entry, ...audioEvents }, characters, audioBytes });
        nextIndex += 1;
      }
      for (const listener of [...listeners]) listener();
    },
    entries: () => [...stored.received.list(), ...stored.sent.list()].sort((a, b) => a.index - b.index),
    mark() {
      for (const buffer of Object.values(stored)) buffer.seal();
      return nextIndex;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

interface Buffer {
  add(entry: StoredEntry): void;
  /** Adds audio to the newest entry, if it is audio of the same type, so that audio does not push out other events. */
  addAudio(type: string, audioBytes: number): boolean;
  /** Keeps the newest entry as it is: more audio gets another one. */
  seal(): void;
  list(): readonly JournalEntry[];
}

function createBuffer({ audio, entries: maxEntries }: RedactOptions): Buffer {
  const entries: StoredEntry[] = [];
  let characters = 0;
  let isSealed = false;
  return {
    add(entry) {
      entries.push(entry);
      isSealed = false;
      characters += entry.characters;
      while (entries.length > maxEntries || (characters > MAX_CHARACTERS[audio] && entries.length > 1))
        characters -= entries.shift()?.characters ?? 0;
    },
    addAudio(type, addedBytes) {
      const newest = entries.at(-1);
      if (isSealed || newest?.audioBytes === undefined || newest.entry.event.type !== type) return false;
      const audioBytes = newest.audioBytes + addedBytes;
      const { entry } = newest;
      const audioEvents = (entry.audioEvents ?? 0) + 1;
      const event = addAudio(entry.event, audioBytes);
      entries.splice(-1, 1, { ...newest, entry: { ...entry, event, audioEvents }, audioBytes });
      return true;
    },
    seal() {
      isSealed = true;
    },
    list: () => entries.map(({ entry }) => entry),
  };
}
