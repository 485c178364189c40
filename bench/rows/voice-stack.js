import { kb, measureSize } from '../lib/bundle-size.js';

/** What an app imports for a voice call, ours first: the bundle, its name in the table, what it calls, its name in the chart. */
const inReact = [
  [
    'voice-ours-react',
    'ours: `@realtime-session/react` `useRealtimeConnection`',
    'OpenAI, Azure and compatible APIs',
    'ours, React',
  ],
  [
    'voice-tanstack-ai',
    '`@tanstack/ai-react` `useRealtimeChat`, `@tanstack/ai-openai`',
    'several APIs',
    'TanStack AI, React',
  ],
  [
    'voice-ai-sdk',
    '`@ai-sdk/react` `experimental_useRealtime`, `@ai-sdk/openai`',
    'several APIs',
    'AI SDK, React',
  ],
  [
    'voice-livekit-react',
    '`@livekit/components-react` `useSession`, `useAgent`, `livekit-client`',
    'a LiveKit server, where an agent talks to the API',
    'LiveKit, React',
  ],
];

const withoutFramework = [
  [
    'voice-ours',
    'ours: `@realtime-session/webrtc` `createRealtimeConnection`, `@realtime-session/core`',
    'OpenAI, Azure and compatible APIs',
    'ours, no framework',
  ],
  [
    'voice-agents-realtime',
    '`@openai/agents-realtime` `RealtimeSession`, `RealtimeAgent`',
    'OpenAI',
    '@openai/agents-realtime, no framework',
  ],
  [
    'voice-livekit-client',
    '`livekit-client` `Room`',
    'a LiveKit server, where an agent talks to the API',
    'livekit-client, no framework',
  ],
];

function createTable(caption, stacks, sizes) {
  return {
    caption,
    columns: ['what an app imports', 'calls', 'min+gzip, kB', 'brotli, kB', 'gzip, relative to ours'],
    rows: stacks.map(([, name, calls], index) => {
      const { gzip, brotli } = sizes[index];
      return [name, calls, kb(gzip), kb(brotli), (gzip / sizes[0].gzip).toFixed(2)];
    }),
  };
}

const toBar = (label, { gzip }, isOurs) => ({
  label,
  value: gzip,
  text: `${(gzip / 1000).toFixed(0)} kB`,
  isOurs,
});

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
    const measureAll = (stacks) => Promise.all(stacks.map(([entry]) => measureSize(entry)));
    const react = await measureAll(inReact);
    const plain = await measureAll(withoutFramework);
    const ratio = (sizes, index) => sizes[index].gzip / sizes[0].gzip;
    return {
      description:
        'Everything that an app loads to make a voice call: the token, the connection, the microphone, events and, in ours, refreshing and reconnecting. Bundled and minified for production by esbuild with the same settings, without React. 1 kB is 1000 bytes. The numbers do not vary between runs.',
      tables: [
        createTable('In React', inReact, react),
        createTable('Without a framework', withoutFramework, plain),
      ],
      figures: {
        oursBytes: react[0].gzip,
        tanstack: ratio(react, 1),
        aiSdk: ratio(react, 2),
        livekit: ratio(react, 3),
        oursPlainBytes: plain[0].gzip,
        agents: ratio(plain, 1),
      },
      plot: {
        file: 'voice-stack',
        title: 'What a page loads for a voice call',
        unit: 'min+gzip in kB, without React; shorter is better',
        bars: [
          ...inReact.map(([, , , short], index) => toBar(short, react[index], index === 0)),
          ...withoutFramework
            .slice(0, 2)
            .map(([, , , short], index) => toBar(short, plain[index], index === 0)),
        ],
      },
      notes: [
        'The others include what ours leaves out: agents with tools and handoffs (`@openai/agents-realtime`), chat and other providers (AI SDK, TanStack AI), rooms and video (LiveKit).',
        '`livekit-client` needs a media server and an agent process in addition to what the page loads.',
      ],
    };
  },
};
