import { createRealtimeEmulator } from '@realtime-session/emulator';
import { compatible, openai, type Upstream } from '@realtime-session/server';
import { withPort } from './listen.ts';
import { StartError, type PortChoice, type Settings } from './settings.ts';

/** The API behind the mint route. */
export interface Backend {
  /** Display name. */
  readonly name: 'emulator' | 'OpenAI' | 'compatible API';
  /** The standing key. Only the session handler uses it. */
  readonly apiKey: string;
  /** Where tokens are minted. */
  readonly upstream: Upstream;
  /** Where pages open WebSocket sessions. */
  readonly webSocketUrl: string;
  /** Where pages post WebRTC offers. */
  readonly callsUrl: string;
  /** URL of the emulator, if this process runs one. */
  readonly emulatorUrl: string | undefined;
  /** Stops the emulator, if this process runs one. */
  close(): Promise<void>;
}

/**
 * Starts the emulator, or configures the real API.
 *
 * @throws StartError when the emulator's port is not available, or the URL of the API is not allowed.
 */
export async function createBackend({ source, emulatorPort }: Settings): Promise<Backend> {
  switch (source.kind) {
    case 'emulator':
      return startEmulator(emulatorPort);
    case 'api':
      return source.baseUrl === undefined
        ? openaiBackend(source.apiKey)
        : compatibleBackend(source.apiKey, source.baseUrl);
  }
}

async function startEmulator(choice: PortChoice): Promise<Backend> {
  const emulator = await withPort(choice, (port) => createRealtimeEmulator({ port }));
  return {
    name: 'emulator',
    apiKey: emulator.apiKey,
    upstream: compatible({ baseUrl: emulator.url, api: 'client_secrets' }),
    webSocketUrl: emulator.webSocketUrl,
    callsUrl: emulator.callsUrl,
    emulatorUrl: emulator.url,
    close: () => emulator.close(),
  };
}

function openaiBackend(apiKey: string): Backend {
  return {
    name: 'OpenAI',
    apiKey,
    upstream: openai(),
    webSocketUrl: 'wss://api.openai.com/v1/realtime',
    callsUrl: 'https://api.openai.com/v1/realtime/calls',
    emulatorUrl: undefined,
    close: () => Promise.resolve(),
  };
}

function compatibleBackend(apiKey: string, baseUrl: string): Backend {
  try {
    const upstream = compatible({ baseUrl, api: 'client_secrets' });
    // Calls and the WebSocket have the same base URL as the create call; http: becomes ws:, https: becomes wss:.
    const realtimeUrl = upstream.url.replace(/\/client_secrets$/, '');
    const webSocketUrl = realtimeUrl.replace(/^http/, 'ws');
    const callsUrl = `${realtimeUrl}/calls`;
    return { ...openaiBackend(apiKey), name: 'compatible API', upstream, webSocketUrl, callsUrl };
  } catch (error) {
    if (error instanceof TypeError) throw new StartError(`OPENAI_BASE_URL cannot be used: ${error.message}`);
    throw error;
  }
}
