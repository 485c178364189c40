import { createRealtimeEmulator } from '@realtime-session/emulator';
import { openai, type Upstream } from '@realtime-session/server';
import { openaiCalls, openaiLive, type CallUpstream } from '@realtime-session/server/calls';
import { withPort } from './listen.ts';
import { StartError, type PortChoice, type Settings } from './settings.ts';

const OPENAI_CALLS_URL = 'https://api.openai.com/v1/realtime/calls';

/** The API behind the mint route. */
export interface Backend {
  /** Display name. */
  readonly name: 'emulator' | 'OpenAI' | 'compatible API';
  /** The standing key. Only the session handler uses it. */
  readonly apiKey: string;
  /** Where tokens are minted. */
  readonly upstream: Upstream;
  /** Where the server creates calls: on the Realtime API, and on the Live API. */
  readonly callUpstream: CallUpstream;
  readonly liveUpstream: CallUpstream;
  /** Where pages open calls. They learn it with their token; the server allows it in its Content-Security-Policy. */
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
      return configureApi(source.apiKey);
  }
}

async function startEmulator(choice: PortChoice): Promise<Backend> {
  const emulator = await withPort(choice, (port) => createRealtimeEmulator({ port }));
  return {
    name: 'emulator',
    apiKey: emulator.apiKey,
    upstream: openai({ baseUrl: emulator.url }),
    callUpstream: openaiCalls({ baseUrl: emulator.url }),
    liveUpstream: openaiLive({ baseUrl: emulator.url }),
    callsUrl: emulator.callsUrl,
    emulatorUrl: emulator.url,
    close: () => emulator.close(),
  };
}

/** `openai()`, `openaiCalls()` and `openaiLive()` read OPENAI_BASE_URL. */
function configureApi(apiKey: string): Backend {
  try {
    const upstream = openai();
    const { callsUrl } = upstream;
    return {
      name: callsUrl === undefined ? 'OpenAI' : 'compatible API',
      apiKey,
      upstream,
      callUpstream: openaiCalls(),
      liveUpstream: openaiLive(),
      callsUrl: callsUrl ?? OPENAI_CALLS_URL,
      emulatorUrl: undefined,
      close: () => Promise.resolve(),
    };
  } catch (error) {
    if (error instanceof TypeError) throw new StartError(`OPENAI_BASE_URL cannot be used: ${error.message}`);
    throw error;
  }
}
