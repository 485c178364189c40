import { createRealtimeEmulator } from '@realtime-session/emulator';
import { compatible, openai, type Upstream } from '@realtime-session/server';
import { onPort } from './on-port.ts';
import type { PortChoice, Settings } from './settings.ts';
import { StartError } from './start-error.ts';

/** What stands behind the mint route. */
export interface Backend {
  /** For people: which API this is. */
  readonly name: 'emulator' | 'OpenAI' | 'compatible API';
  /** The standing key. Goes to the session handler and nowhere else. */
  readonly apiKey: string;
  /** Where tokens are minted. */
  readonly upstream: Upstream;
  /** Where pages open sessions. */
  readonly webSocketUrl: string;
  /** Where pages post the offers of WebRTC calls. */
  readonly callsUrl: string;
  /** Address of the emulator, when this process runs one. */
  readonly emulatorUrl: string | undefined;
  /** Stops what was started. */
  close(): Promise<void>;
}

/**
 * Starts the emulator, or points at the real API.
 *
 * @throws StartError when the emulator's port cannot be used, or the upstream's address is not allowed.
 */
export async function openBackend({ source, emulatorPort }: Settings): Promise<Backend> {
  switch (source.kind) {
    case 'emulator':
      return startEmulator(emulatorPort);
    case 'api':
      return source.baseUrl === undefined ? theApi(source.apiKey) : standIn(source.apiKey, source.baseUrl);
  }
}

async function startEmulator(choice: PortChoice): Promise<Backend> {
  const emulator = await onPort(choice, (port) => createRealtimeEmulator({ port }));
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

function theApi(apiKey: string): Backend {
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

function standIn(apiKey: string, baseUrl: string): Backend {
  try {
    const upstream = compatible({ baseUrl, api: 'client_secrets' });
    // Calls and the WebSocket sit beside the create call; http: becomes ws:, https: becomes wss:.
    const realtimeUrl = upstream.url.replace(/\/client_secrets$/, '');
    const webSocketUrl = realtimeUrl.replace(/^http/, 'ws');
    const callsUrl = `${realtimeUrl}/calls`;
    return { ...theApi(apiKey), name: 'compatible API', upstream, webSocketUrl, callsUrl };
  } catch (error) {
    if (error instanceof TypeError) throw new StartError(`OPENAI_BASE_URL cannot be used: ${error.message}`);
    throw error;
  }
}
