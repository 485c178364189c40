import { kb, measureSize } from '../lib/bundle-size.js';

/** What an app imports for a voice call, ours first. */
const inReact = [
  ['voice-ours-react', 'ours: `@realtime-session/react` `useRealtimeConnection`', 'any Realtime or Live API'],
  ['voice-tanstack-ai', '`@tanstack/ai-react` `useRealtimeChat`, `@tanstack/ai-openai`', 'several APIs'],
  ['voice-ai-sdk', '`@ai-sdk/react` `experimental_useRealtime`, `@ai-sdk/openai`', 'several APIs'],
  [
    'voice-livekit-react',
    '`@livekit/components-react` `useSession`, `useAgent`, `livekit-client`',
    'a LiveKit server, where an agent talks to the API',
  ],
];

const withoutFramework = [
  [
    'voice-ours',
    'ours: `@realtime-session/webrtc` `createRealtimeConnection`, `@realtime-session/core`',
    'any Realtime or Live API',
  ],
  ['voice-agents-realtime', '`@openai/agents-realtime` `RealtimeSession`, `RealtimeAgent`', 'OpenAI'],
  ['voice-livekit-client', '`livekit-client` `Room`', 'a LiveKit server, where an agent talks to the API'],
];

async function createTable(caption, stacks) {
  const sizes = await Promise.all(stacks.map(([entry]) => measureSize(entry)));
  return {
    caption,
    columns: ['what an app imports', 'calls', 'min+gzip, kB', 'brotli, kB', 'gzip, relative to ours'],
    rows: stacks.map(([, name, calls], index) => {
      const { gzip, brotli } = sizes[index];
      return [name, calls, kb(gzip), kb(brotli), (gzip / sizes[0].gzip).toFixed(2)];
    }),
  };
}

/** @type {import('../lib/row.js').Row} */
export const row = {
  id: 'voice-stack',
  order: 0.1,
  title: 'Bundle size of a voice call',
  peers: [
    '@ai-sdk/openai',
    '@ai-sdk/react',
    '@livekit/components-react',
    '@openai/agents-realtime',
    '@tanstack/ai',
    '@tanstack/ai-openai',
    '@tanstack/ai-react',
    'livekit-client',
    'esbuild',
  ],
  async run() {
    return {
      description:
        'Everything that an app loads to make a voice call: the token, the connection, the microphone, events and, in ours, refreshing and reconnecting. Bundled and minified for production by esbuild with the same settings, without React. 1 kB is 1000 bytes. The numbers do not vary between runs.',
      tables: [
        await createTable('In React', inReact),
        await createTable('Without a framework', withoutFramework),
      ],
      notes: [
        'The others include what ours leaves out: agents with tools and handoffs (`@openai/agents-realtime`), chat and other providers (AI SDK, TanStack AI), rooms and video (LiveKit).',
        '`livekit-client` needs a media server and an agent process in addition to what the page loads.',
      ],
    };
  },
};
