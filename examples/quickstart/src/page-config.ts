/** What the server tells the page before it starts. */
export interface PageConfig {
  /** Which API stands behind the mint route. */
  readonly backend: string;
  /** Where sessions are opened, without a query. */
  readonly webSocketUrl: string;
  /** Where the offers of WebRTC calls are posted. */
  readonly callsUrl: string;
  /** The emulator, whose faults may be played with; `null` with a real API. */
  readonly emulatorUrl: string | null;
  /** The model every session is pinned to. */
  readonly model: string;
}

/** Asks the server which API stands behind it. */
export async function loadPageConfig(): Promise<PageConfig> {
  const response = await fetch('/api/config');
  const body: unknown = await response.json();
  if (isPageConfig(body)) return body;
  throw new Error('GET /api/config answered something else; build the server again and reload.');
}

function isPageConfig(body: unknown): body is PageConfig {
  if (typeof body !== 'object' || body === null) return false;
  const fields: Partial<Record<keyof PageConfig, unknown>> = body;
  const texts = [
    fields.backend,
    fields.webSocketUrl,
    fields.callsUrl,
    fields.model,
    fields.emulatorUrl ?? '',
  ];
  return texts.every((field) => typeof field === 'string');
}
