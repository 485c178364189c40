import { once } from 'node:events';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { WebSocket } from 'ws';

/** The members of server events that the app reads. */
interface ServerEvent {
  readonly type: string;
  readonly text: string;
  readonly error: { readonly message: string };
  readonly response: { readonly output: readonly FunctionCall[] };
}

interface FunctionCall {
  readonly type: string;
  readonly name: string;
  readonly call_id: string;
  readonly arguments: string;
}

const tools: Readonly<Record<string, (args: { readonly city: string }) => string>> = {
  get_weather: ({ city }) => `rain in ${city}`,
  get_time: () => '12:00',
};

/** An app with two tools. It responds to function calls, all in one response, and returns the answer. */
export async function startApp({ webSocketUrl, apiKey }: RealtimeEmulator) {
  const headers = { authorization: `Bearer ${apiKey}` };
  const socket = new WebSocket(`${webSocketUrl}?model=gpt-realtime-2.1`, { headers });
  const send = (event: object) => socket.send(JSON.stringify(event));
  const addItem = (item: object) => send({ type: 'conversation.item.create', item });
  await once(socket, 'open');
  return {
    async ask(text: string): Promise<string> {
      addItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
      send({ type: 'response.create', response: { output_modalities: ['text'] } });
      return new Promise((resolve, reject) => {
        socket.on('message', (data: Buffer) => {
          const event = JSON.parse(data.toString('utf8')) as ServerEvent;
          if (event.type === 'error') reject(new Error(event.error.message));
          if (event.type === 'response.output_text.done') resolve(event.text);
          if (event.type !== 'response.done') return;
          const calls = event.response.output.filter(({ type }) => type === 'function_call');
          for (const { name, call_id, arguments: args } of calls)
            addItem({
              type: 'function_call_output',
              call_id,
              output: tools[name]?.(JSON.parse(args) as { city: string }),
            });
          if (calls.length > 0) send({ type: 'response.create', response: { output_modalities: ['text'] } });
        });
      });
    },
  };
}
