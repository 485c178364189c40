/** The configuration that the server sends to the page. */
export interface PageConfig {
  /** Whether this page opens calls with a token, or the server creates them, on the Realtime or the Live API. */
  readonly connectsBy: 'tokens' | 'calls' | 'live';
  /** Display name of the API behind the server. */
  readonly backend: string;
  /** Host of the API, to display. */
  readonly apiHost: string;
  /** URL of the emulator, whose faults the page can inject; `null` with a real API. */
  readonly emulatorUrl: string | null;
  /** The model of every session. */
  readonly model: string;
  /** Whether the mint route or the call route was broken on purpose. */
  readonly isRouteBroken: boolean;
}

export async function loadPageConfig(): Promise<PageConfig> {
  const response = await fetch('/api/config');
  const body: unknown = await response.json();
  if (isPageConfig(body)) return body;
  throw new Error('GET /api/config returned an unexpected body. Rebuild the server and reload.');
}

function isPageConfig(body: unknown): body is PageConfig {
  if (typeof body !== 'object' || body === null) return false;
  const fields: Partial<Record<keyof PageConfig, unknown>> = body;
  const strings = [fields.backend, fields.apiHost, fields.model, fields.emulatorUrl ?? ''];
  return (
    strings.every((field) => typeof field === 'string') &&
    ['tokens', 'calls', 'live'].includes(String(fields.connectsBy)) &&
    typeof fields.isRouteBroken === 'boolean'
  );
}
