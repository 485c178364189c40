// `@openai/agents-realtime` over WebSocket.
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime';
import { z } from 'zod';
import { expectText, MODEL, report, spokenTurn, WEATHER_QUESTION } from './conversation.mjs';

const url = `${process.env.OPENAI_BASE_URL.replace('http', 'ws')}/realtime?model=${MODEL}`;
let toolCalls = 0;
const getWeather = tool({
  name: 'get_weather',
  description: 'The weather here.',
  parameters: z.object({}),
  async execute() {
    toolCalls += 1;
    return 'sunny';
  },
});
const agent = new RealtimeAgent({ name: 'Greeter', instructions: 'Be friendly.', tools: [getWeather] });
const session = new RealtimeSession(agent, {
  transport: new OpenAIRealtimeWebSocket({ url }),
  model: MODEL,
});
const failed = new Promise((_resolve, reject) => {
  session.on('error', ({ error }) =>
    reject(error instanceof Error ? error : new Error(JSON.stringify(error))),
  );
});
const nextAnswer = () =>
  Promise.race([
    new Promise((resolve) => session.once('agent_end', (_context, _agent, text) => resolve(text))),
    failed,
  ]);
const heard = new Promise((resolve) => session.once('audio', resolve));

await Promise.race([session.connect({ apiKey: process.env.OPENAI_API_KEY }), failed]);
let answer = nextAnswer();
session.sendMessage('good morning');
expectText(await answer, 'good morning');
await heard;

const called = new Promise((resolve) => session.once('agent_tool_end', resolve));
session.sendMessage(WEATHER_QUESTION);
await Promise.race([called, failed]);
// The response that called the tool ends without a text, before or after the tool.
while (!(await nextAnswer()));
if (toolCalls !== 1) throw new Error(`The tool ran ${toolCalls} times.`);

answer = nextAnswer();
session.sendAudio(spokenTurn().buffer);
await answer;
session.close();
report(['text', 'tool call', 'audio in', 'audio out']);
