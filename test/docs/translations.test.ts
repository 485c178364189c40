import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRealtimeEmulator, type RealtimeEmulator } from '@realtime-session/emulator';
import { toNodeHandler } from '@realtime-session/server/node';
import wrtc from '@roamhq/wrtc';
import { expect, it, onTestFinished, vi } from 'vitest';

/** Starts the API, and sets the environment of a server that uses it. */
async function startApi(): Promise<RealtimeEmulator> {
  const emulator = await createRealtimeEmulator();
  vi.stubEnv('OPENAI_BASE_URL', emulator.url);
  vi.stubEnv('OPENAI_API_KEY', emulator.apiKey);
  vi.resetModules();
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await emulator.close();
  });
  return emulator;
}

/** Serves the documented route. Returns its origin. */
async function serveRoute(): Promise<string> {
  const { POST } = await import('./snippets/server/translations.ts');
  const server = createServer(toNodeHandler(POST));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Creates the offer itself, like the class of browsers. */
class PeerConnection extends wrtc.RTCPeerConnection {
  override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
    await super.setLocalDescription(description ?? (await this.createOffer()));
  }
}

/** Lets this process run code of a page of a signed-in user: with WebRTC, and with a microphone that is silent. */
function becomePage(origin: string): void {
  const { fetch } = globalThis;
  const headers = { 'content-type': 'application/json', cookie: 'user=ada', origin };
  vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
    url.startsWith('/') ? fetch(origin + url, { ...init, headers }) : fetch(url, init),
  );
  vi.stubGlobal('RTCPeerConnection', PeerConnection);
  vi.stubGlobal('MediaStream', wrtc.MediaStream);
  const track = new wrtc.nonstandard.RTCAudioSource().createTrack();
  const getUserMedia = () => Promise.resolve(new wrtc.MediaStream([track]));
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia }, onLine: true });
  vi.stubGlobal(
    'Audio',
    class {
      play = () => Promise.resolve();
    },
  );
  onTestFinished(() => {
    track.stop();
    vi.unstubAllGlobals();
  });
}

it('opens a translation call with the token of the route, in the language of the page', async () => {
  const emulator = await startApi();
  becomePage(await serveRoute());
  const { createTranslation } = await import('./snippets/webrtc/translation.ts');
  const captions: string[] = [];
  const line = { append: (delta: string) => captions.push(delta) };
  const connection = createTranslation('es', line as unknown as HTMLElement);
  onTestFinished(() => connection.close());

  await connection.connect();

  expect(emulator.calls().map(({ session }) => session)).toMatchObject([
    {
      type: 'translation',
      model: 'gpt-realtime-translate',
      audio: {
        input: { transcription: { model: 'gpt-realtime-whisper' } },
        output: { language: 'es' },
      },
    },
  ]);
  // The channel of the page can be open a moment before that of the emulator.
  const session = await emulator.waitForSession();
  session.push({ type: 'session.output_transcript.delta', delta: 'Hola' });
  await expect.poll(() => captions).toEqual(['Hola']);
});

it('names the address for calls, and refuses what the page may not set', async () => {
  const emulator = await startApi();
  const origin = await serveRoute();
  const post = async (session: object): Promise<[number, unknown]> => {
    const headers = { 'content-type': 'application/json', cookie: 'user=ada', origin };
    const response = await fetch(origin, { method: 'POST', headers, body: JSON.stringify(session) });
    return [response.status, await response.json()];
  };
  expect(await post({ audio: { output: { language: 'es' } } })).toMatchObject([
    200,
    { calls_url: `${emulator.url}/v1/realtime/translations/calls`, session: { type: 'translation' } },
  ]);
  expect(await post({ audio: { input: { transcription: null } } })).toMatchObject([
    400,
    { code: 'unknown_field', path: 'audio.input' },
  ]);
});
