import { describe, expect, it } from 'vitest';
import {
  issuePaths,
  liveClientEvents,
  liveCreateRequestSchema,
  liveCreateResponseSchema,
  liveModels,
  liveServerEvents,
  liveSessionSchema,
  liveSessionUpdateSchema,
  liveVoices,
  realtimeSessionSchema,
  realtimeToLive,
  sessionCreateRequestSchema,
} from '@realtime-session/protocol';
import type { LiveSession } from '@realtime-session/protocol';

/** The issues of a session as `path: message (kind)`. */
function issuesOf(session: object): string[] {
  const value = { model: 'gpt-live-1.1', ...session };
  const parsed = liveSessionSchema.safeParse(value);
  if (parsed.success) return [];
  return issuePaths(parsed.error, value).map(({ path, message, kind }) => `${path}: ${message} (${kind})`);
}

const dataChannel = (channel: object) => issuesOf({ client: { data_channel: channel } });
const delegation = (value: unknown) => issuesOf({ delegation: value });
const responses = (settings: object) =>
  delegation({ type: 'responses', responses: { model: 'gpt-5.4-mini', ...settings } });
const input = (...messages: readonly unknown[]) => issuesOf({ input: messages });

/** A value for each field. A missing field is a type error. */
const complete: Required<LiveSession> = {
  model: 'gpt-live-1',
  audio: { output: { voice: 'willow' } },
  client: {
    data_channel: {
      allowed_client_events: ['session.close'],
      allowed_server_events: [
        { type: 'session.closed' },
        { type: 'response.event', response_event: 'response.completed' },
      ],
    },
  },
  delegation: {
    type: 'responses',
    acknowledgement_delay_ms: 0,
    responses: {
      model: 'gpt-5.4-mini',
      instructions: null,
      max_output_tokens: 16,
      parallel_tool_calls: true,
      reasoning: { effort: 'none', summary: null },
      service_tier: 'flex',
      text: { verbosity: 'low' },
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search' }] },
      tools: [
        { type: 'function', name: 'weather', parameters: { type: 'object' }, strict: true },
        { type: 'mcp', server_label: 'shop', server_url: 'https://mcp.example' },
      ],
    },
  },
  input: [
    { role: 'developer', content: [{ text: 'Be brief.' }] },
    { role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
    { role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }], status: 'completed' },
  ],
  instructions: 'Be brief.',
  safety_identifier: 'user-7',
  store: false,
  triggers: [
    {
      type: 'decisions',
      event_type: 'session.input_transcript.delta',
      decisions: { questions: [{ type: 'predicate', instructions: 'Is the user angry?' }] },
    },
  ],
};

describe('liveSessionSchema', () => {
  it('accepts and keeps every documented field', () => {
    expect(liveSessionSchema.parse(complete)).toEqual(complete);
  });

  it('accepts what the API takes in several forms', () => {
    const sessions: readonly object[] = [
      {},
      { model: 'my-azure-deployment' },
      { audio: { output: { voice: { id: 'voice_1' } } } },
      { instructions: null, safety_identifier: null, delegation: null, input: [], triggers: [] },
      { client: { data_channel: { allowed_client_events: 'all', allowed_server_events: 'all' } } },
      { client: { data_channel: { allowed_client_events: [], allowed_server_events: [] } } },
      { delegation: { type: 'client', acknowledgement_delay_ms: 500 } },
      { delegation: { type: 'responses', responses: { model: 'gpt-5.4-mini', tool_choice: 'none' } } },
      {
        delegation: {
          type: 'decisions',
          decisions: {
            model: 'decider',
            questions: [
              { type: 'choice', instructions: 'Which?', choices: [{ value: true }, { value: 'later' }] },
              {
                type: 'score',
                name: 'mood',
                instructions: [{ type: 'input_json', data: { a: 1 } }],
                levels: [{ label: 'bad' }],
              },
            ],
          },
        },
      },
    ];
    expect(sessions.flatMap(issuesOf)).toEqual([]);
  });

  it('requires a model', () => {
    const parsed = liveSessionSchema.safeParse({});
    expect(parsed.success ? [] : issuePaths(parsed.error, {})).toEqual([
      { path: 'model', message: 'is required', kind: 'missing' },
    ]);
  });

  it.each(liveModels)('accepts the model %s', (model) => {
    expect(issuesOf({ model })).toEqual([]);
  });

  it.each(['gpt-realtime-2.1', 'gpt-realtime', 'gpt-4o-realtime-preview', 'gpt-audio-mini'])(
    'rejects %s, which opens Realtime sessions',
    (model) => {
      expect(issuesOf({ model })).toEqual([
        'model: must be a model of the Live API, such as gpt-live-1.1: this one opens Realtime sessions (invalid)',
      ]);
    },
  );

  it.each(liveVoices)('accepts the voice %s', (voice) => {
    expect(issuesOf({ audio: { output: { voice } } })).toEqual([]);
  });

  it('lists the known voices and their date for an unknown voice, without repeating it', () => {
    const [issue = ''] = issuesOf({ audio: { output: { voice: 'fable' } } });
    expect(issue).toMatch(
      /^audio\.output\.voice: must be a voice of the Live API, .* answers others with 403;/,
    );
    expect(issue).toContain('known on 2026-11-26: alloy, ash,');
    expect(issue).not.toContain('fable');
  });

  it('reports each unknown key, also together with other issues', () => {
    expect(issuesOf({ hats: 1, store: 'yes', audio: { output: { pitch: 2 } } })).toEqual([
      'audio.output.pitch: unknown parameter (unknown)',
      'store: must be boolean (invalid)',
      'hats: unknown parameter (unknown)',
    ]);
  });

  it('does not show a key that looks like a credential', () => {
    expect(issuesOf({ 'sk-123': 1 })).toEqual(['(redacted): unknown parameter (unknown)']);
  });

  it('refuses an audio format, which WebRTC negotiates', () => {
    expect(issuesOf({ audio: { format: { type: 'audio/pcm', rate: 24_000 } } })).toEqual([
      'audio.format: does not exist in a Live session over WebRTC: WebRTC negotiates the format; leave it out (unknown)',
    ]);
  });

  it.each<[string, object, string]>([
    [
      'unknown delegation',
      { delegation: { type: 'me' } },
      'delegation.type: must be one of "client", "responses", "decisions" (invalid)',
    ],
    [
      'a delegation without its settings',
      { delegation: { type: 'responses' } },
      'delegation.responses: is required (missing)',
    ],
    [
      'settings of another delegation',
      { delegation: { type: 'client', responses: { model: 'm' } } },
      'delegation.responses: unknown parameter (unknown)',
    ],
    [
      'a negative delay',
      { delegation: { type: 'client', acknowledgement_delay_ms: -1 } },
      'delegation.acknowledgement_delay_ms: must be at least 0 (invalid)',
    ],
  ])('rejects %s', (_name, session, expected) => {
    expect(issuesOf(session)).toEqual([expected]);
  });

  it.each<[string, object, string]>([
    ['a low limit', { max_output_tokens: 15 }, 'max_output_tokens: must be at least 16 (invalid)'],
    [
      'an unknown effort',
      { reasoning: { effort: 'huge' } },
      'reasoning.effort: must be one of "none", "minimal", "low", "medium", "high", "xhigh" (invalid)',
    ],
    ['a function without a name', { tools: [{ type: 'function' }] }, 'tools[0].name: is required (missing)'],
    [
      'an unknown setting of a function',
      { tools: [{ type: 'function', name: 'a', run: 1 }] },
      'tools[0].run: unknown parameter (unknown)',
    ],
    ['an unknown setting', { temperature: 1 }, 'temperature: unknown parameter (unknown)'],
  ])('rejects %s of the Responses model', (_name, settings, expected) => {
    expect(responses(settings)).toEqual([`delegation.responses.${expected}`]);
  });

  it('keeps undocumented settings of tools other than functions', () => {
    expect(responses({ tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] })).toEqual([]);
    expect(responses({ tools: [{ type: 'teleport' }] })).toHaveLength(1);
  });
});

describe('wrong values in a Live session', () => {
  const CANARY = 'canary-68af296e';

  /** The paths of all values that are not objects or lists. */
  function leavesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
    if (typeof value !== 'object' || value === null) return [path];
    return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]));
  }

  function replaceAt(value: unknown, [head, ...rest]: readonly string[], replacement: unknown): unknown {
    if (head === undefined) return replacement;
    if (Array.isArray(value))
      return value.map((item: unknown, index) =>
        String(index) === head ? replaceAt(item, rest, replacement) : item,
      );
    const record = value as Readonly<Record<string, unknown>>;
    return { ...record, [head]: replaceAt(record[head], rest, replacement) };
  }

  /** What the schema leaves to the API: settings of tools, the JSON Schema of a function. */
  const open = /^delegation\.responses\.tools\.(?:1\.server_|0\.parameters\.)/;
  const leaves = leavesOf(complete).map((path) => path.join('.'));

  it.each(leaves.filter((path) => !open.test(path)))('are refused at %s', (path) => {
    const session = replaceAt(complete, path.split('.'), 7.5);
    const [issue = ''] = issuesOf(session as object);
    const [issuePath = ''] = issue.replaceAll(/\[(\d+)\]/g, '.$1').split(':');
    expect(issue).not.toBe('');
    expect(path.startsWith(issuePath)).toBe(true);
  });

  it.each(leaves)('are never repeated: %s', (path) => {
    const session = replaceAt(complete, path.split('.'), CANARY);
    expect(issuesOf(session as object).join('\n')).not.toContain(CANARY);
  });
});

describe('the data channel of a Live session', () => {
  const client = 'client.data_channel.allowed_client_events';
  const server = 'client.data_channel.allowed_server_events';

  it.each(liveClientEvents)('accepts the client event %s', (name) => {
    expect(dataChannel({ allowed_client_events: [name] })).toEqual([]);
  });

  it.each(liveServerEvents)('accepts the server event %s', (type) => {
    const nested = type === 'response.event' ? { response_event: 'response.completed' } : {};
    expect(dataChannel({ allowed_server_events: [{ type, ...nested }] })).toEqual([]);
  });

  it('accepts events that are not known yet', () => {
    expect(dataChannel({ allowed_client_events: ['session.nap'] })).toEqual([]);
    expect(dataChannel({ allowed_server_events: [{ type: 'session.napping' }] })).toEqual([]);
  });

  it('distinguishes names of client events from objects of server events', () => {
    expect(dataChannel({ allowed_client_events: [{ type: 'session.close' }] })).toEqual([
      `${client}[0]: must be the name of a client event, such as "session.close": only server events are objects (invalid)`,
    ]);
    expect(dataChannel({ allowed_server_events: ['session.closed'] })).toEqual([
      `${server}[0]: must be an object, such as { type: "session.closed" }: only client events are names (invalid)`,
    ]);
  });

  it('names the other list for an event of the wrong direction', () => {
    expect(dataChannel({ allowed_client_events: ['session.closed'] })).toEqual([
      `${client}[0]: must be a client event: list server events in allowed_server_events, as { type: "session.closed" } (invalid)`,
    ]);
    expect(dataChannel({ allowed_server_events: [{ type: 'session.close' }] })).toEqual([
      `${server}[0].type: must be a server event: list client events in allowed_client_events (invalid)`,
    ]);
  });

  it('requires response_event exactly if type is response.event', () => {
    expect(dataChannel({ allowed_server_events: [{ type: 'response.event' }] })).toEqual([
      `${server}[0].response_event: is required if type is response.event: name the nested event, such as response.completed (missing)`,
    ]);
    expect(dataChannel({ allowed_server_events: [{ type: 'info', response_event: 'x' }] })).toEqual([
      `${server}[0].response_event: must be left out unless type is response.event (invalid)`,
    ]);
  });
});

describe('the input of a Live session', () => {
  const message = { role: 'user', content: [{ text: 'Hello' }] };

  it('accepts 128 messages and no more', () => {
    expect(input(...Array.from({ length: 128 }, () => message))).toEqual([]);
    expect(input(...Array.from({ length: 129 }, () => message))).toEqual([
      'input: must have at most 128 item(s) (invalid)',
    ]);
  });

  it.each<[string, object, string]>([
    ['no part', { ...message, content: [] }, 'content: must have at least 1 item(s) (invalid)'],
    [
      'two parts',
      { ...message, content: [{ text: 'a' }, { text: 'b' }] },
      'content: must have at most 1 item(s) (invalid)',
    ],
    [
      'the role system',
      { ...message, role: 'system' },
      'role: must be one of "developer", "user", "assistant" (invalid)',
    ],
    [
      'what a user did not say',
      { ...message, content: [{ type: 'output_text', text: 'a' }] },
      'content[0].type: must be "input_text" (invalid)',
    ],
  ])('rejects a message with %s', (_name, value, expected) => {
    expect(input(value)).toEqual([`input[0].${expected}`]);
  });
});

describe('triggers of a Live session', () => {
  const trigger = (event_type: string) => ({ type: 'decisions', event_type, decisions: { questions: [] } });

  it('accepts one for each event type', () => {
    const triggers = [trigger('session.input_transcript.delta'), trigger('session.output_transcript.delta')];
    expect(issuesOf({ triggers })).toEqual([]);
  });

  it('rejects two for the same event type', () => {
    const triggers = [trigger('session.input_transcript.delta'), trigger('session.input_transcript.delta')];
    expect(issuesOf({ triggers })).toEqual([
      'triggers: must have at most one trigger for each event_type (invalid)',
    ]);
  });
});

describe('realtimeToLive', () => {
  const { shape } = realtimeSessionSchema;
  const audio = shape.audio.unwrap().shape;
  const listed = realtimeToLive.map(({ realtime }) => realtime);

  it('lists each field of a Realtime session once', () => {
    const nested = [
      ...Object.keys(shape).filter((key) => key !== 'audio'),
      ...Object.keys(audio.input.unwrap().shape).map((key) => `audio.input.${key}`),
      ...Object.keys(audio.output.unwrap().shape).map((key) => `audio.output.${key}`),
    ];
    const flat = Object.keys(sessionCreateRequestSchema.shape).filter((key) => !Object.hasOwn(shape, key));
    expect([...listed].sort()).toEqual(['audio.input', 'expires_after', ...nested, ...flat].sort());
  });

  it.each(realtimeToLive)('is the message of the schema for $realtime', ({ realtime, live, remedy }) => {
    const keys = realtime.split('.');
    const session = keys.reduceRight<unknown>((value, key) => ({ [key]: value }), 'x') as object;
    const issues = issuesOf(session);
    if (realtime === live) return expect(issues.join('')).not.toContain('unknown');
    // `audio.input` is reported as a whole.
    if (realtime.startsWith('audio.input.'))
      return expect(issues[0]).toMatch(/^audio\.input: .* \(unknown\)$/);
    const start =
      live === undefined ? 'does not exist in a Live session over WebRTC' : `is ${live} in a Live session`;
    expect(issues).toEqual([`${realtime}: ${start}: ${remedy} (unknown)`]);
  });

  it('names fields that Live has', () => {
    const fields: readonly string[] = Object.keys(liveSessionSchema.shape);
    const heads = realtimeToLive.flatMap(({ live }) => (live === undefined ? [] : [live.split('.')[0]]));
    expect(heads.filter((head) => !fields.includes(head ?? ''))).toEqual([]);
    const settings = realtimeToLive.flatMap(({ live }) =>
      live?.startsWith('delegation.responses.') === true ? [live.replace('delegation.responses.', '')] : [],
    );
    const unknown = settings.filter((name) =>
      responses({ [name]: undefined }).some((issue) => issue.includes('unknown')),
    );
    expect(unknown).toEqual([]);
  });
});

describe('liveSessionUpdateSchema', () => {
  it('accepts single settings of the delegation, and triggers', () => {
    const update = { delegation: { type: 'responses', responses: { tools: [] } }, triggers: [] };
    expect(liveSessionUpdateSchema.parse(update)).toEqual(update);
  });

  it('rejects what cannot change after the start', () => {
    expect(liveSessionUpdateSchema.safeParse({ instructions: 'Be rude.' }).success).toBe(false);
  });
});

describe('liveCreateRequestSchema and liveCreateResponseSchema', () => {
  const transport = { type: 'webrtc', sdp: 'v=0' };

  it('require an SDP', () => {
    const session = { model: 'gpt-live-1.1' };
    expect(liveCreateRequestSchema.safeParse({ session, transport }).success).toBe(true);
    for (const wrong of [{}, { type: 'webrtc' }, { ...transport, sdp: '' }, { ...transport, type: 'sip' }])
      expect(liveCreateRequestSchema.safeParse({ session, transport: wrong }).success).toBe(false);
  });

  it('keep what a response has in addition', () => {
    const response = { session: { id: 'live_1', status: 'active' }, transport, object: 'x' };
    expect(liveCreateResponseSchema.parse(response)).toEqual(response);
    expect(liveCreateResponseSchema.safeParse({ ...response, session: {} }).success).toBe(false);
  });
});
