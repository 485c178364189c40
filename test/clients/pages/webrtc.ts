import {
  OpenAIRealtimeWebRTC as AgentsWebRtc,
  RealtimeAgent,
  RealtimeSession,
  tool,
} from '@openai/agents-realtime';
import { OpenAIRealtimeProvider } from '@khaveeai/providers-openai-realtime';
import { toolDefinition } from '@tanstack/ai';
import { RealtimeClient } from '@tanstack/ai-client';
import { openaiRealtime } from '@tanstack/ai-openai';
import { OpenAIRealtimeWebRTC } from 'openai/realtime/webrtc';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { z } from 'zod';
import {
  createInbox,
  createMicrophone,
  expectText,
  installMicrophone,
  WEATHER_QUESTION,
} from './conversation.ts';

const ALL = ['text', 'tool call', 'audio in', 'audio out'] as const;
const FUNCTION = {
  type: 'function',
  name: 'get_weather',
  parameters: { type: 'object', properties: {} },
} as const;

/** Exchanges an offer for an answer; the server makes the call with its key. */
type ExchangeSdp = (offer: string) => Promise<string>;

const OPENAI_EVENTS = [
  'session.created',
  'session.updated',
  'input_audio_buffer.speech_stopped',
  'response.function_call_arguments.done',
  'response.done',
  'output_audio_buffer.started',
] as const;

/** `openai/realtime/webrtc`. The server creates the call with `realtime.calls.create`. */
export async function talkWithOpenAi(exchangeSdp: ExchangeSdp): Promise<readonly string[]> {
  const { add, fail, next } = createInbox<RealtimeServerEvent>();
  const microphone = createMicrophone();
  const realtime = new OpenAIRealtimeWebRTC();
  for (const track of microphone.stream.getTracks())
    realtime.peerConnection.addTrack(track, microphone.stream);
  for (const type of OPENAI_EVENTS) realtime.on(type, add);
  realtime.on('error', fail);
  const until = (type: RealtimeServerEvent['type']) => next((event) => event.type === type);
  const ask = (text: string): void => {
    const content = [{ type: 'input_text' as const, text }];
    realtime.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
    realtime.send({ type: 'response.create' });
  };
  await realtime.connect({ exchangeSdp: (offer) => exchangeSdp(offer) });
  await until('session.created');
  realtime.send({ type: 'session.update', session: { type: 'realtime', tools: [FUNCTION] } });
  await until('session.updated');
  ask('good morning');
  await until('output_audio_buffer.started');
  expectText(JSON.stringify(await until('response.done')), 'good morning');

  ask(WEATHER_QUESTION);
  expectText(JSON.stringify(await until('response.function_call_arguments.done')), 'get_weather');
  await until('response.done');
  microphone.speak();
  await until('input_audio_buffer.speech_stopped');
  await until('response.done');
  realtime.close();
  return ALL;
}

/** `@openai/agents-realtime` with its default transport. */
export async function talkWithAgents(token: string): Promise<readonly string[]> {
  const { add, fail, next } = createInbox<string>();
  const microphone = createMicrophone();
  const getWeather = tool({
    name: 'get_weather',
    description: 'The weather here.',
    parameters: z.object({}),
    execute: () => Promise.resolve('sunny'),
  });
  const agent = new RealtimeAgent({ name: 'Greeter', instructions: 'Be friendly.', tools: [getWeather] });
  const player = new Audio();
  const transport = new AgentsWebRtc({ mediaStream: microphone.stream, audioElement: player });
  const session = new RealtimeSession(agent, { transport });
  session.on('error', ({ error }) => fail(error));
  session.on('agent_end', (_context, _agent, text) => add(`answer: ${text}`));
  session.on('agent_tool_end', () => add('tool'));
  session.on('transport_event', ({ type }) => add(type));
  await session.connect({ apiKey: token });
  session.sendMessage('good morning');
  await next((value) => value === 'output_audio_buffer.started');
  await next((value) => value.includes('good morning'));
  session.sendMessage(WEATHER_QUESTION);
  await next((value) => value === 'tool');
  await next((value) => value.startsWith('answer'));
  microphone.speak();
  await next((value) => value.startsWith('answer'));
  session.close();
  return ALL;
}

/** TanStack AI. */
export async function talkWithTanStack(token: string, expiresAt: number): Promise<readonly string[]> {
  const { add, fail, next } = createInbox<string>();
  const microphone = installMicrophone();
  const getWeather = toolDefinition({ name: 'get_weather', description: 'The weather here.' }).client(() => {
    add('tool');
    return 'sunny';
  });
  const client = new RealtimeClient({
    getToken: () => Promise.resolve({ provider: 'openai', token, expiresAt, config: {} }),
    adapter: openaiRealtime(),
    tools: [getWeather],
    instructions: 'Be friendly.',
    onMessage: (message) => add(JSON.stringify(message)),
    onModeChange: (mode) => add(`mode: ${mode}`),
    onError: fail,
  });
  await client.connect();
  client.sendText('good morning');
  await next((value) => value.includes('"assistant"') && value.includes('good morning'));
  client.sendText(WEATHER_QUESTION);
  await next((value) => value === 'tool');
  await next((value) => value.includes('"assistant"'));
  client.startListening();
  microphone.speak();
  await next((value) => value === 'mode: thinking');
  await next((value) => value.includes('"assistant"'));
  await client.disconnect();
  // Over WebRTC this client does not report that it plays audio.
  return ['text', 'tool call', 'audio in'];
}

/** `@khaveeai/providers-openai-realtime`: it names the model in the query and its data channel `response`. */
export async function talkWithKhavee(apiKey: string, model: string): Promise<readonly string[]> {
  const { add, fail, next } = createInbox<string>();
  const microphone = installMicrophone();
  const provider = new OpenAIRealtimeProvider({
    apiKey,
    model: model as 'gpt-4o-realtime-preview', // the type of the client lacks the current models
    tools: [
      {
        name: 'get_weather',
        description: 'The weather here.',
        parameters: {},
        execute: () => Promise.resolve({ success: true, message: 'sunny' }),
      },
    ],
  });
  provider.onError = fail;
  provider.onMessage = (message: unknown) => add(JSON.stringify(message));
  provider.onToolCall = () => add('tool');
  await provider.connect();
  // The client asks for a greeting, and opens the microphone when it has been played.
  await next((value) => value.includes('output_audio_buffer.stopped'));
  await provider.sendMessage('good morning');
  await next((value) => value.includes('"response.done"') && value.includes('good morning'));
  await next((value) => value.includes('output_audio_buffer.stopped'));
  await provider.sendMessage(WEATHER_QUESTION);
  await next((value) => value === 'tool');
  await next((value) => value.includes('output_audio_buffer.stopped'));
  microphone.speak();
  await next((value) => value.includes('input_audio_buffer.speech_stopped'));
  await next((value) => value.includes('"response.done"'));
  await provider.disconnect();
  return ALL;
}
