import type { RealtimeConnection } from '@realtime-session/webrtc';

/** Changes the microphone of the call that is open. */
export function chooseMicrophoneFrom(select: HTMLSelectElement, { setMicrophone }: RealtimeConnection): void {
  select.onchange = () => void setMicrophone({ deviceId: { exact: select.value } }).catch(console.warn);
}

/** Shows a hint while the user is not muted, but sends no audio: the system muted the microphone, for example. */
export function showSilence({ subscribe }: RealtimeConnection, hint: HTMLElement): void {
  subscribe((state) => {
    const isSilent = state.status === 'connected' && !state.muted && !state.sendingAudio;
    hint.textContent = isSilent ? 'Your microphone sends no audio.' : '';
  });
}

/** Gives up when the call is not open in time, or when the user leaves the screen. */
export function connectInTime({ connect }: RealtimeConnection, left: AbortSignal): Promise<void> {
  return connect({ signal: AbortSignal.any([left, AbortSignal.timeout(15_000)]) });
}

/** Gives your server the id of each call. */
export function reportCalls({ subscribe }: RealtimeConnection): void {
  subscribe((state, previous) => {
    if (state.status !== 'connected' || previous.status === 'connected') return;
    const body = JSON.stringify({ callId: state.callId });
    void fetch('/api/calls', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  });
}
