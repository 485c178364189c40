const MODEL = 'gpt-4o-realtime-preview-2024-12-17';
const CONNECT_TIMEOUT_MS = 15_000;
const TOKEN_LIFETIME_MS = 60_000;
const MAX_CALL_MS = 30 * 60_000;
const RECONNECT_DELAY_MS = 2_000;
const MAX_RECONNECTS = 3;

type Speaker = 'user' | 'assistant';

interface ServerEvent {
  type: string;
  delta?: string;
  transcript?: string;
  error?: { message: string };
}

let peer: RTCPeerConnection | undefined;
let channel: RTCDataChannel | undefined;
let microphone: MediaStream | undefined;
let ephemeralKey: string | undefined;
let refreshTimer: number | undefined;
let connectTimer: number | undefined;
let callTimer: number | undefined;
let reconnectTimer: number | undefined;
let reconnects = 0;
let showStatus: (status: string) => void = () => {};
let showText: (speaker: Speaker, text: string) => void = () => {};

export function onStatus(listener: (status: string) => void): void {
  showStatus = listener;
}

export function onText(listener: (speaker: Speaker, text: string) => void): void {
  showText = listener;
}

async function fetchKey(): Promise<string> {
  const response = await fetch('/session');
  const data = (await response.json()) as { client_secret: { value: string } };
  ephemeralKey = data.client_secret.value;
  clearTimeout(refreshTimer);
  refreshTimer = window.setTimeout(() => void fetchKey(), TOKEN_LIFETIME_MS - 10_000);
  return ephemeralKey;
}

function handleEvent(event: ServerEvent): void {
  switch (event.type) {
    case 'response.audio_transcript.delta':
    case 'response.text.delta':
      showText('assistant', event.delta ?? '');
      break;
    case 'conversation.item.input_audio_transcription.completed':
      showText('user', event.transcript ?? '');
      break;
    case 'error':
      console.error('Realtime error', event.error?.message);
      break;
  }
}

function scheduleReconnect(): void {
  hangUp();
  if (reconnects >= MAX_RECONNECTS) return showStatus('the connection was lost');
  reconnects += 1;
  showStatus('reconnecting');
  reconnectTimer = window.setTimeout(() => void start(), RECONNECT_DELAY_MS);
}

export async function start(): Promise<void> {
  showStatus('connecting');
  connectTimer = window.setTimeout(() => {
    stop();
    showStatus('the connection timed out');
  }, CONNECT_TIMEOUT_MS);

  try {
    const key = ephemeralKey ?? (await fetchKey());

    peer = new RTCPeerConnection();
    peer.ontrack = ({ streams }) => {
      const audio = document.getElementById('voice') as HTMLAudioElement;
      audio.srcObject = streams[0] ?? null;
    };
    peer.oniceconnectionstatechange = () => {
      if (peer?.iceConnectionState === 'disconnected') scheduleReconnect();
    };

    microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of microphone.getTracks()) peer.addTrack(track, microphone);

    channel = peer.createDataChannel('oai-events');
    channel.onopen = () => {
      clearTimeout(connectTimer);
      reconnects = 0;
      callTimer = window.setTimeout(() => {
        stop();
        showStatus('the call reached its time limit');
      }, MAX_CALL_MS);
      channel?.send(
        JSON.stringify({
          type: 'session.update',
          session: {
            input_audio_transcription: { model: 'whisper-1' },
            turn_detection: { type: 'server_vad' },
          },
        }),
      );
      showStatus('connected');
    };
    channel.onmessage = ({ data }) => handleEvent(JSON.parse(data as string) as ServerEvent);

    const offer = await peer.createOffer();
    await peer.setLocalDescription(offer);
    const response = await fetch(`https://api.openai.com/v1/realtime?model=${MODEL}`, {
      method: 'POST',
      body: offer.sdp ?? '',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/sdp' },
    });
    await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() });
  } catch (error) {
    clearTimeout(connectTimer);
    showStatus(error instanceof Error ? error.message : 'failed');
  }
}

function hangUp(): void {
  clearTimeout(connectTimer);
  clearTimeout(callTimer);
  clearTimeout(reconnectTimer);
  channel?.close();
  peer?.close();
  microphone?.getTracks().forEach((track) => track.stop());
  channel = undefined;
  peer = undefined;
  microphone = undefined;
}

export function stop(): void {
  hangUp();
  clearTimeout(refreshTimer);
  ephemeralKey = undefined;
  reconnects = 0;
  showStatus('stopped');
}

/** Returns whether the user is muted now. */
export function toggleMute(): boolean {
  const track = microphone?.getAudioTracks()[0];
  if (track === undefined) return false;
  track.enabled = !track.enabled;
  return !track.enabled;
}
