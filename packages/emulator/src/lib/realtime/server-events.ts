import type { RealtimeResponse, RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import type { SessionConfig } from '../state/session-config.ts';
import type { Item } from './items.ts';

type Nullable<Members, Keys extends keyof Members> = Omit<Members, Keys> & {
  readonly [Key in Keys]-?: Exclude<Members[Key], undefined> | null;
};

/** A response as the API sends it: with `null` where the official types omit a member. */
export type ResponseObject = Nullable<RealtimeResponse, 'conversation_id' | 'status_details' | 'usage'>;

type Replace<Key, Official> = Key extends 'session'
  ? SessionConfig
  : Key extends 'item'
    ? Item
    : Key extends 'response'
      ? ResponseObject
      : Official;

type Send<Event> = Event extends unknown
  ? { readonly [Key in keyof Event as Exclude<Key, 'event_id'>]: Replace<Key, Event[Key]> }
  : never;

/** A server event of the official types, before it gets its `event_id`. Tests compare the objects inside with those types. */
export type RealtimeEvent = Send<RealtimeServerEvent>;

/** Sends an event to the client. Does nothing once the connection is closing. */
export type SendEvent = (event: RealtimeEvent) => void;
