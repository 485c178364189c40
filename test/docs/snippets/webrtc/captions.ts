import type { RealtimeConnection } from '@realtime-session/webrtc';

/** Shows what the model says while it speaks. */
export function showCaptions({ onEvent }: RealtimeConnection, line: HTMLElement): void {
  onEvent('response.created', () => (line.textContent = ''));
  onEvent('response.output_audio_transcript.delta', ({ delta }) => (line.textContent += delta));
  onEvent('error', ({ error }) => console.warn(error.code, error.message));
}

/** Mutes the user with a button, in this call and in later ones. */
export function muteFrom(button: HTMLButtonElement, connection: RealtimeConnection): void {
  const { mute, unmute, getState, subscribe } = connection;
  button.onclick = () => (getState().muted ? unmute() : mute());
  subscribe(({ muted }) => (button.textContent = muted ? 'Unmute' : 'Mute'));
}
