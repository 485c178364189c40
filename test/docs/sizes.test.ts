import { describe, expect, it } from 'vitest';
import { read } from './support/markdown.ts';

interface Results {
  readonly tables: readonly { readonly rows: readonly (readonly string[])[] }[];
}

/** The rows of `bench/results/voice-stack.json` that the pages compare. */
const measured = [
  { name: 'realtime-session, with React', begins: 'ours: `@realtime-session/react`' },
  { name: 'realtime-session, without', begins: 'ours: `@realtime-session/webrtc`' },
  { name: 'TanStack AI, with React', begins: '`@tanstack/ai-react`' },
  { name: 'LiveKit, with React', begins: '`@livekit/components-react`' },
  { name: 'AI SDK, with React', begins: '`@ai-sdk/react`' },
  { name: '`@openai/agents-realtime`', begins: '`@openai/agents-realtime`' },
];

const { tables } = JSON.parse(await read('bench/results/voice-stack.json')) as Results; // written by the bench
const rows = tables.flatMap((table) => table.rows);

/** Compressed size in whole kilobytes, as the bench measured it. */
function kilobytes(begins: string): number {
  const [, , size] = rows.find(([name = '']) => name.startsWith(begins)) ?? [];
  return Math.round(Number(size));
}

describe.each(['README.md', 'docs/index.md'])('the sizes in %s', (page) => {
  it('are those of the last bench', async () => {
    const shown = [...(await read(page)).matchAll(/^\| (.+?) +\| (\d+) kB +\|$/gm)];
    expect(shown.map(([, name, size]) => [name, Number(size)])).toEqual(
      measured.map(({ name, begins }) => [name, kilobytes(begins)]),
    );
  });
});
