'use client';

import { useEffect, useState } from 'react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';

/** Runs a function for the model. The model wrote the arguments: check them. */
function runFunction(name: string, json: string): unknown {
  if (name !== 'set_theme') return { error: `There is no function ${name}.` };
  const { theme } = JSON.parse(json) as { theme?: unknown };
  if (theme !== 'dark' && theme !== 'light') return { error: 'The theme must be dark or light.' };
  document.documentElement.style.colorScheme = theme;
  return { theme };
}

export function CallWithFunctions() {
  const { status, error, connect, close, send, onEvent } = useRealtimeConnection({
    endpoint: '/api/realtime-session',
  });
  const [answer, setAnswer] = useState('');

  useEffect(() => {
    let calls: Promise<{ call_id: string; output: string }>[] = [];
    const run = async (call_id: string, name: string, json: string) => {
      try {
        return { call_id, output: JSON.stringify(await runFunction(name, json)) };
      } catch {
        return { call_id, output: '{ "error": "The function failed." }' };
      }
    };
    const respond = async (running: typeof calls) => {
      for (const output of await Promise.all(running))
        send({ type: 'conversation.item.create', item: { type: 'function_call_output', ...output } });
      send({ type: 'response.create' });
    };
    const listeners = [
      onEvent('response.function_call_arguments.done', ({ call_id, name, arguments: json }) => {
        calls.push(run(call_id, name, json));
      }),
      // A response can contain several calls: answer all of them first.
      onEvent('response.done', () => {
        if (calls.length > 0) respond(calls).catch(console.warn);
        calls = [];
      }),
      onEvent('response.output_audio_transcript.done', ({ transcript }) => setAnswer(transcript)),
    ];
    return () => listeners.forEach((stop) => stop());
  }, [onEvent, send]);

  return (
    <>
      {status === 'connected' ? (
        <button onClick={close}>Hang up</button>
      ) : (
        <button onClick={() => void connect().catch(console.warn)}>Call</button>
      )}
      <p>{error?.message ?? status}</p>
      <p aria-live="polite">{answer}</p>
    </>
  );
}
