'use client';

import { useEffect, useState } from 'react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';

interface Caption {
  readonly id: string;
  readonly speaker: string;
  readonly text: string;
}

export function CallWithCaptions() {
  const { status, error, connect, close, onEvent } = useRealtimeConnection({
    endpoint: '/api/realtime-session',
  });
  const [captions, setCaptions] = useState<readonly Caption[]>([]);

  useEffect(() => {
    const change = (id: string, toText: (text: string) => string) =>
      setCaptions((all) => all.map((one) => (one.id === id ? { ...one, text: toText(one.text) } : one)));
    const listeners = [
      // Items arrive in the order of the conversation, their text does not.
      onEvent('conversation.item.added', ({ item: { id = '', type, role } }) => {
        const speaker = role === 'user' ? 'You' : 'Assistant';
        if (type === 'message') setCaptions((all) => [...all, { id, speaker, text: '' }]);
      }),
      onEvent('conversation.item.input_audio_transcription.delta', ({ item_id, delta = '' }) =>
        change(item_id, (text) => text + delta),
      ),
      onEvent('conversation.item.input_audio_transcription.completed', ({ item_id, transcript }) =>
        change(item_id, () => transcript),
      ),
      onEvent('response.output_audio_transcript.delta', ({ item_id, delta }) =>
        change(item_id, (text) => text + delta),
      ),
      onEvent('response.output_audio_transcript.done', ({ item_id, transcript }) =>
        change(item_id, () => transcript),
      ),
    ];
    return () => listeners.forEach((stop) => stop());
  }, [onEvent]);

  return (
    <>
      {status === 'connected' ? (
        <button onClick={close}>Hang up</button>
      ) : (
        <button onClick={() => void connect().catch(console.warn)}>Call</button>
      )}
      <p>{error?.message ?? status}</p>
      <ol aria-label="Captions">
        {captions.map(({ id, speaker, text }) => (
          <li key={id}>
            {speaker}: {text || '…'}
          </li>
        ))}
      </ol>
    </>
  );
}
