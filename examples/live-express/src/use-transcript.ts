import { useEffect, useState } from 'react';
import type { UseRealtimeConnectionResult } from '@realtime-session/react/webrtc';

/** What one side said, until the other one spoke. */
interface Line {
  readonly id: string;
  readonly speaker: 'You' | 'Model';
  readonly text: string;
}

/** Collects the transcripts of a Live session, which arrive in pieces. */
export function useTranscript(onEvent: UseRealtimeConnectionResult['onEvent']): readonly Line[] {
  const [lines, setLines] = useState<readonly Line[]>([]);
  useEffect(() => {
    const append = (id: string, speaker: Line['speaker'], delta: string) =>
      setLines((previous) => {
        const last = previous.at(-1);
        if (last?.speaker !== speaker) return [...previous, { id, speaker, text: delta }];
        return [...previous.slice(0, -1), { ...last, text: last.text + delta }];
      });
    const stopYou = onEvent('session.input_transcript.delta', ({ event_id: id, delta }) =>
      append(id, 'You', delta),
    );
    const stopModel = onEvent('session.output_transcript.delta', ({ event_id: id, delta }) =>
      append(id, 'Model', delta),
    );
    return () => {
      stopYou();
      stopModel();
    };
  }, [onEvent]);
  return lines;
}
