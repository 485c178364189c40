import { useEffect, useState } from 'react';
import type { UseRealtimeConnectionResult } from '@realtime-session/react/webrtc';

export interface Caption {
  readonly id: string;
  readonly speaker: 'You' | 'Assistant';
  readonly text: string;
}

/** Returns what both sides say, while they say it, in the order of the conversation. */
export function useCaptions(onEvent: UseRealtimeConnectionResult['onEvent']): readonly Caption[] {
  const [captions, setCaptions] = useState<readonly Caption[]>([]);

  useEffect(() => {
    const change = (id: string, toText: (text: string) => string) =>
      setCaptions((all) => all.map((one) => (one.id === id ? { ...one, text: toText(one.text) } : one)));
    const stops = [
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
    return () => stops.forEach((stop) => stop());
  }, [onEvent]);

  return captions;
}
