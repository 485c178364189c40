// `@livekit/agents` with `@livekit/agents-plugin-openai`.
import { initializeLogger, llm, voice } from '@livekit/agents';
import * as openai from '@livekit/agents-plugin-openai';
import { AudioFrame } from '@livekit/rtc-node';
import { z } from 'zod';
import { expectText, MODEL, report, spokenTurn, WEATHER_QUESTION } from './conversation.mjs';

initializeLogger({ pretty: false, level: 'error' });
let toolCalls = 0;
const agent = new voice.Agent({
  instructions: 'Be friendly.',
  tools: [
    llm.tool({
      name: 'get_weather',
      description: 'The weather here.',
      parameters: z.object({}),
      async execute() {
        toolCalls += 1;
        return 'sunny';
      },
    }),
  ],
});
const model = new openai.realtime.RealtimeModel({ model: MODEL, voice: 'marin' });
const session = new voice.AgentSession({ llm: model });
const answers = [];
session.on(voice.AgentSessionEventTypes.ConversationItemAdded, ({ item }) => {
  if (item.role === 'assistant') answers.push(item.textContent);
});
session.on(voice.AgentSessionEventTypes.Error, ({ error }) => {
  console.error(error);
  process.exit(1);
});

await session.start({ agent });
await session.generateReply({ userInput: 'good morning' }).waitForPlayout();
expectText(answers.at(-1), 'good morning');

await session.generateReply({ userInput: WEATHER_QUESTION }).waitForPlayout();
if (toolCalls !== 1) throw new Error(`The tool ran ${toolCalls} times.`);

await session.close();

// Speech, without a room: the model’s own session.
const direct = model.session();
const heard = new Promise((resolve) => direct.once('input_speech_stopped', resolve));
const answered = new Promise((resolve) => direct.once('generation_created', resolve));
const samples = spokenTurn();
direct.pushAudio(new AudioFrame(samples, 24_000, 1, samples.length));
await heard;
for await (const message of (await answered).messageStream) {
  let audioMs = 0;
  for await (const frame of message.audioStream)
    audioMs += (1000 * frame.samplesPerChannel) / frame.sampleRate;
  if (audioMs === 0) throw new Error('The answer has no audio.');
  break;
}
await direct.close();
await model.close();
report(['text', 'tool call', 'audio in', 'audio out']);
