import type { RealtimeConnection } from '@realtime-session/webrtc';

/** Shows what the user and the model say, in a new line when the other one starts to speak. */
export function showTranscript({ onEvent }: RealtimeConnection, list: HTMLElement): void {
  let line = document.createElement('p');
  const append = (speaker: string, delta: string): void => {
    if (line.dataset['speaker'] !== speaker) {
      line = document.createElement('p');
      line.dataset['speaker'] = speaker;
      list.append(line);
    }
    line.textContent += delta;
  };
  onEvent('session.input_transcript.delta', ({ delta }) => append('you', delta));
  onEvent('session.output_transcript.delta', ({ delta }) => append('model', delta));
}
