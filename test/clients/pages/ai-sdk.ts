import { createOpenAI } from '@ai-sdk/openai';
import { Experimental_AbstractRealtimeSession as AbstractRealtimeSession } from 'ai';
import type {
  Experimental_RealtimeServerEvent as RealtimeServerEvent,
  Experimental_RealtimeState as RealtimeState,
} from 'ai';
import { createInbox, createMicrophone, expectText, WEATHER_QUESTION } from './conversation.ts';

/** The session that `@ai-sdk/react` and the other packages for frameworks extend. */
class Session extends AbstractRealtimeSession {
  protected override setState<K extends keyof RealtimeState>(key: K, value: RealtimeState[K]): void {
    this.state[key] = value;
  }
}

/** Holds a conversation with the AI SDK. The tokens come from the server that served the page. */
export async function talkWithAiSdk(model: string): Promise<readonly string[]> {
  const { add, fail, next } = createInbox<RealtimeServerEvent>();
  const microphone = createMicrophone();
  let toolCalls = 0;
  const session = new Session({
    model: createOpenAI({ apiKey: 'unused' }).experimental_realtime(model),
    api: { token: '/token' },
    sessionConfig: {
      instructions: 'Be friendly.',
      tools: [
        {
          type: 'function',
          name: 'get_weather',
          description: 'The weather here.',
          parameters: { type: 'object', properties: {} },
        },
      ],
    },
    onToolCall() {
      toolCalls += 1;
      return 'sunny';
    },
    onEvent: add,
    onError: fail,
  });
  const until = (type: RealtimeServerEvent['type']) => next((event) => event.type === type);

  await session.connect();
  await until('session-updated');
  session.sendTextMessage('good morning');
  await until('audio-delta');
  const written = await until('audio-transcript-done');
  expectText(JSON.stringify(written), 'good morning');
  await until('response-done');

  session.sendTextMessage(WEATHER_QUESTION);
  await until('response-done');
  // The session sends the result and asks for an answer that uses it.
  await until('response-done');
  if (toolCalls !== 1) throw new Error(`The tool ran ${toolCalls} times.`);

  session.startAudioCapture(microphone.stream);
  microphone.speak();
  await until('speech-stopped');
  await until('response-done');
  session.stopAudioCapture();
  await session.close();
  session.dispose();
  return ['text', 'tool call', 'audio in', 'audio out'];
}
