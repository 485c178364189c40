import { realtimeToLive } from '@realtime-session/protocol';
import { openaiPrices, PRICES_READ_ON } from '@realtime-session/server/calls';
import { describe, expect, it } from 'vitest';
import { read } from './support/markdown.ts';

const MIGRATION = 'docs/migration/from-realtime-to-live.md';
const COMPARISON = 'docs/guide/tokens-or-calls.md';

/** Cells of the table whose first column has this header, without code marks. */
function readTable(text: string, header: string): string[][] {
  const [, after = ''] = text.split(new RegExp(`^\\| ${header} +\\|.*$`, 'm'));
  const rows = after.split('\n\n')[0]?.trim().split('\n').slice(1) ?? [];
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

describe('the table of fields in the migration page', () => {
  it('has a row for each field of a Realtime session, with the text of the messages', async () => {
    const rows = readTable(await read(MIGRATION), 'field of Realtime');
    expect(rows).toEqual(
      realtimeToLive.map(({ realtime, live = 'none', remedy }) => [realtime, live, remedy]),
    );
  });
});

/**
 * The conversation whose cost the guide shows: ten minutes with 20 exchanges. In each, the user speaks for 12 s and the model for 10 s,
 * which are 35 tokens of text.
 */
const conversation = { exchanges: 20, userSeconds: 12, modelSeconds: 10, modelTextTokens: 35 };
const INSTRUCTIONS_TOKENS = 1000;
const CALL_SECONDS = 600;

/** The API counts one token for 100 ms of a user's speech, and one for 50 ms of the model's. */
const USER_TOKENS = conversation.userSeconds * 10;
const MODEL_TOKENS = conversation.modelSeconds * 20;

const cost = openaiPrices();

/** What earlier responses have sent is cached: the API sends the whole conversation to the model for each response. */
function responseUsage(index: number): Readonly<Record<string, unknown>> {
  const earlierAudio = index * (USER_TOKENS + MODEL_TOKENS);
  const isFirst = index === 0;
  return {
    input_token_details: {
      text_tokens: INSTRUCTIONS_TOKENS,
      audio_tokens: earlierAudio + USER_TOKENS,
      cached_tokens: isFirst ? 0 : INSTRUCTIONS_TOKENS + earlierAudio,
      cached_tokens_details: { text_tokens: isFirst ? 0 : INSTRUCTIONS_TOKENS, audio_tokens: earlierAudio },
    },
    output_token_details: { text_tokens: conversation.modelTextTokens, audio_tokens: MODEL_TOKENS },
  };
}

function realtimeCost(model: string, exchanges: number): number {
  const usages = Array.from({ length: exchanges }, (_, index) => responseUsage(index));
  return usages.reduce((sum, usage) => sum + (cost({ type: 'response', model, usage }) ?? NaN), 0);
}

function liveCost(model: string, seconds: number): number {
  return cost({ type: 'seconds', model, seconds }) ?? NaN;
}

/** As in the guide: cents, and fractions of a cent only below one. */
function format(dollars: number): string {
  return dollars === 0 ? '$0' : `$${dollars.toFixed(dollars < 0.02 ? 4 : 2)}`;
}

describe('the costs in the guide', () => {
  it('are those that openaiPrices() computes', async () => {
    const rows = readTable(await read(COMPARISON), 'ten minutes');
    const realtime = ['gpt-realtime-2.1', 'gpt-realtime-2.1-mini'];
    const live = 'gpt-live-1.1';
    const row = (name: string, exchanges: number, liveSeconds: number) => [
      name,
      ...realtime.map((model) => format(realtimeCost(model, exchanges))),
      format(liveCost(live, liveSeconds)),
    ];
    expect(rows).toEqual([
      row('a conversation', conversation.exchanges, CALL_SECONDS),
      row('silence: the page was left open', 0, CALL_SECONDS),
      row('a call that the page never joins', 0, 15),
    ]);
    expect(liveCost('gpt-live-1', CALL_SECONDS)).toBe(liveCost(live, CALL_SECONDS));
  });

  it('are dated', async () => {
    expect(await read(COMPARISON)).toContain(`on ${PRICES_READ_ON}`);
  });

  it('are those of the conversation that the guide describes', async () => {
    const text = (await read(COMPARISON)).replaceAll(/\s+/g, ' ');
    const { exchanges, userSeconds, modelSeconds } = conversation;
    expect(text).toContain(
      `${exchanges} exchanges, in each of which the user speaks for ${userSeconds} s and the model for ${modelSeconds} s`,
    );
    expect(text).toContain(`instructions of ${INSTRUCTIONS_TOKENS} tokens`);
  });
});
