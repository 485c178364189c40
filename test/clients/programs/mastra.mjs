// `@mastra/voice-openai-realtime`.
import { OpenAIRealtimeVoice } from '@mastra/voice-openai-realtime';
import { z } from 'zod';
import { expectText, MODEL, report, spokenTurn } from './conversation.mjs';

const voice = new OpenAIRealtimeVoice({
  url: `${process.env.OPENAI_BASE_URL.replace('http', 'ws')}/realtime`,
  model: MODEL,
  speaker: 'marin',
});
voice.addTools({
  get_weather: {
    id: 'get_weather',
    description: 'The weather here.',
    inputSchema: z.object({}),
    execute: async () => 'sunny',
  },
});
const failed = new Promise((_resolve, reject) => {
  voice.on('error', (error) => reject(new Error(JSON.stringify(error))));
});
const next = (type) => {
  const found = new Promise((resolve) => {
    const onEvent = (event) => {
      voice.off(type, onEvent);
      resolve(event);
    };
    voice.on(type, onEvent);
  });
  return Promise.race([found, failed]);
};
let written = '';
voice.on('writing', ({ text, role }) => {
  if (role === 'assistant') written += text;
});

await Promise.race([voice.connect(), failed]);
let done = next('response.done');
const content = [{ type: 'input_text', text: 'good morning' }];
await voice.answer({ options: { input: [{ type: 'message', role: 'user', content }] } });
await done;
expectText(written, 'good morning');

const spoken = next('speaking');
done = next('response.done');
await voice.speak('good evening');
await Promise.all([spoken, done]);

const called = next('tool-call-result');
done = next('response.done');
await voice.answer({ options: { tool_choice: 'required' } });
expectText((await called).result, 'sunny');
await done;
// The client asks for an answer that uses the result.
await next('response.done');

const heard = next('input_audio_buffer.speech_stopped');
done = next('response.done');
await voice.send(spokenTurn());
await Promise.all([heard, done]);

const closed = next('close');
voice.close();
await closed;
report(['text', 'tool call', 'audio in', 'audio out']);
