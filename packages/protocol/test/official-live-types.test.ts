import type {
  ClientDelegation,
  ClientEvent,
  DataChannelConfig,
  InitialItem,
  LiveCreateParams,
  LiveCreateResponse as OfficialCreateResponse,
  MediaSessionConfig,
  ResponsesDelegationConfig,
  ServerEvent,
  ServerEventSelector,
  SessionClosedEvent,
  SessionUpdateConfig,
} from 'openai/resources/live/live';
import type { ConnectClientEvent, ConnectServerEvent } from 'openai/resources/live/sideband/sideband';
import { describe, expectTypeOf, it } from 'vitest';
import type {
  LiveClientEventType,
  LiveCloseReason,
  LiveCreateRequest,
  LiveCreateResponse,
  LiveServerEventType,
  LiveSession,
  LiveSessionUpdate,
} from '@realtime-session/protocol';

/** The keys of every member of a union. */
type Keys<T> = T extends unknown ? keyof T : never;

/**
 * The same type without interfaces, which do not extend a type that allows any other key, and without `undefined` as the value of an
 * optional key, which zod adds.
 */
type Plain<T> = T extends string
  ? T
  : T extends object
    ? { [Key in keyof T]: Plain<Exclude<T[Key], undefined>> }
    : T;

type Delegation = NonNullable<LiveSession['delegation']>;
type DelegationTo<Type> = Extract<Delegation, { type: Type }>;
type Responses = DelegationTo<'responses'>['responses'];
type OfficialDelegation = NonNullable<MediaSessionConfig['delegation']>;
type DataChannel = NonNullable<LiveSession['client']>['data_channel'];
type ToolType<T extends { tools?: unknown }> = Extract<
  NonNullable<T['tools']>,
  readonly { type: string }[]
>[number]['type'];

describe('a Live session and the types of openai 7', () => {
  it('accepts every session that the official package sends', () => {
    expectTypeOf<Omit<MediaSessionConfig, 'delegation'>>().toExtend<Omit<LiveSession, 'delegation'>>();
    expectTypeOf<Plain<MediaSessionConfig>>().toExtend<LiveSession>();
    expectTypeOf<Plain<LiveCreateParams>>().toExtend<LiveCreateRequest>();
  });

  it('is a session that the official package accepts', () => {
    // The tools of the Responses model are open: the official types list only their names.
    type Untyped = 'tools';
    expectTypeOf<Plain<Omit<LiveSession, 'delegation'>>>().toExtend<Omit<MediaSessionConfig, 'delegation'>>();
    expectTypeOf<Plain<DelegationTo<'client'>>>().toExtend<ClientDelegation>();
    expectTypeOf<Plain<DelegationTo<'decisions'>>>().toExtend<MediaSessionConfig.Decisions>();
    expectTypeOf<Plain<Omit<Responses, Untyped>>>().toExtend<Omit<ResponsesDelegationConfig, Untyped>>();
    expectTypeOf<LiveCreateRequest['transport']>().toExtend<LiveCreateParams.Transport>();
    expectTypeOf<keyof LiveCreateRequest>().toEqualTypeOf<keyof LiveCreateParams>();
  });

  it('has the same fields', () => {
    expectTypeOf<keyof LiveSession>().toEqualTypeOf<keyof MediaSessionConfig>();
    expectTypeOf<keyof NonNullable<LiveSession['audio']>>().toEqualTypeOf<keyof MediaSessionConfig.Audio>();
    expectTypeOf<keyof DataChannel>().toEqualTypeOf<keyof DataChannelConfig>();
    expectTypeOf<
      keyof Extract<DataChannel['allowed_server_events'], readonly unknown[]>[number]
    >().toEqualTypeOf<keyof ServerEventSelector>();
    expectTypeOf<Keys<NonNullable<LiveSession['input']>[number]>>().toEqualTypeOf<Keys<InitialItem>>();
    expectTypeOf<Keys<Delegation>>().toEqualTypeOf<Keys<OfficialDelegation>>();
    expectTypeOf<keyof Responses>().toEqualTypeOf<keyof ResponsesDelegationConfig>();
    expectTypeOf<ToolType<Responses>>().toEqualTypeOf<ToolType<ResponsesDelegationConfig>>();
  });

  it('has no format, which the official package has for WebSocket sessions only', () => {
    expectTypeOf<NonNullable<LiveSession['audio']>>().not.toHaveProperty('format');
  });

  it('accepts the same updates', () => {
    expectTypeOf<keyof LiveSessionUpdate>().toEqualTypeOf<keyof SessionUpdateConfig>();
    expectTypeOf<Plain<SessionUpdateConfig>>().toExtend<LiveSessionUpdate>();
  });

  it('returns the response that the official package reads', () => {
    expectTypeOf<LiveCreateResponse>().toExtend<OfficialCreateResponse>();
    expectTypeOf<keyof OfficialCreateResponse>().toExtend<keyof LiveCreateResponse>();
  });
});

describe('the events of a Live session and the types of openai 7', () => {
  /** Only for a session over a WebSocket. */
  type WebSocketOnly = 'session.start' | 'session.input_audio.append';
  /** Only for telephone calls. */
  type SipOnly = `transport.${string}`;

  it('lists the client events of a session over WebRTC', () => {
    expectTypeOf<LiveClientEventType>().toEqualTypeOf<Exclude<ClientEvent['type'], WebSocketOnly>>();
    expectTypeOf<LiveClientEventType>().toEqualTypeOf<Exclude<ConnectClientEvent['type'], SipOnly>>();
  });

  it('lists the server events of a session over WebRTC', () => {
    expectTypeOf<LiveServerEventType>().toEqualTypeOf<Exclude<ServerEvent['type'], SipOnly>>();
    expectTypeOf<LiveServerEventType>().toEqualTypeOf<Exclude<ConnectServerEvent['type'], SipOnly>>();
  });

  it('lists the reasons of the end', () => {
    expectTypeOf<LiveCloseReason>().toEqualTypeOf<SessionClosedEvent['reason']>();
  });
});
