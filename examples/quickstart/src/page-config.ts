/** The configuration that the server sends to the page. */
export interface PageConfig {
  /** Display name of the API behind the mint route. */
  readonly backend: string;
  /** Where WebSocket sessions are opened, without a query. */
  readonly webSocketUrl: string;
  /** Where WebRTC offers are posted. */
  readonly callsUrl: string;
  /** URL of the emulator, whose faults the page can inject; `null` with a real API. */
  readonly emulatorUrl: string | null;
  /** The model of every session. */
  readonly model: string;
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
  const strings = [
    fields.backend,
    fields.webSocketUrl,
    fields.callsUrl,
    fields.model,
    fields.emulatorUrl ?? '',
  ];
  return strings.every((field) => typeof field === 'string');
}
