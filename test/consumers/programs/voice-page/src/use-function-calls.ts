import { useEffect } from 'react';
import type { UseRealtimeConnectionResult } from '@realtime-session/react/webrtc';
import { getWeather } from './weather';

type Connection = Pick<UseRealtimeConnectionResult, 'onEvent' | 'send'>;

interface FunctionOutput {
  readonly call_id: string;
  readonly output: string;
}

/** Runs a function for the model, which wrote the name and the arguments. */
async function runFunction(name: string, json: string): Promise<unknown> {
  if (name !== 'get_weather') return { error: `There is no function ${name}.` };
  return getWeather(JSON.parse(json));
}

async function answer(call_id: string, name: string, json: string): Promise<FunctionOutput> {
  try {
    return { call_id, output: JSON.stringify(await runFunction(name, json)) };
  } catch {
    return { call_id, output: '{ "error": "The function failed." }' };
  }
}

/** Answers the function calls of the model in this page. */
export function useFunctionCalls(onEvent: Connection['onEvent'], send: Connection['send']): void {
  useEffect(() => {
    let running: Promise<FunctionOutput>[] = [];
    const respond = async (calls: readonly Promise<FunctionOutput>[]) => {
      for (const output of await Promise.all(calls))
        send({ type: 'conversation.item.create', item: { type: 'function_call_output', ...output } });
      send({ type: 'response.create' });
    };
    const stops = [
      onEvent('response.function_call_arguments.done', ({ call_id, name, arguments: json }) => {
        running.push(answer(call_id, name, json));
      }),
      // A response can contain several calls: answer all of them, then ask for the next response.
      onEvent('response.done', () => {
        if (running.length > 0) respond(running).catch(console.warn); // `send` throws after the call
        running = [];
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [onEvent, send]);
}
