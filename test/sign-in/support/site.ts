import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenManager, endpoint, TokenError } from '@realtime-session/core';
import { createRealtimeEmulator, type RealtimeEmulator } from '@realtime-session/emulator';
import { expect, onTestFinished, vi } from 'vitest';

export interface Site {
  readonly origin: string;
  readonly visitor: Visitor;
  readonly emulator: RealtimeEmulator;
  /** Minted tokens. */
  readonly countMints: () => number;
  /** Sets what the site serves. */
  readonly mount: (listener: RequestListener) => void;
}

/** Starts a site and an emulator, and sets the environment of a recipe. Import the recipe after it. */
export async function openSite(): Promise<Site> {
  const emulator = await createRealtimeEmulator({ media: 'none' });
  let serve: RequestListener | undefined;
  const server = createServer((request, response) => serve?.(request, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const visitor = new Visitor(origin);
  vi.resetModules();
  vi.stubEnv('OPENAI_API_KEY', emulator.apiKey);
  vi.stubEnv('OPENAI_BASE_URL', `${emulator.url}/v1`);
  const lines = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    vi.useRealTimers();
    server.closeAllConnections();
    server.close();
    await emulator.close();
    const printed = lines.flatMap(({ mock }) => mock.calls.map(String)).join('\n');
    vi.restoreAllMocks();
    for (const secret of visitor.secrets) expect(printed).not.toContain(secret);
  });
  const mount = (listener: RequestListener): void => void (serve = listener);
  return { origin, visitor, emulator, countMints: () => emulator.stats().mints, mount };
}

/** A browser with the cookies of one site. */
export class Visitor {
  /** Values that no log may contain. */
  readonly secrets = new Set<string>();
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();

  constructor(origin: string) {
    this.#origin = origin;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Sends a request as a page of the site does, and keeps the cookies of the response. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has('origin')) headers.set('origin', this.#origin);
    if (!headers.has('cookie') && this.#cookies.size > 0) headers.set('cookie', this.cookie);
    const response = await fetch(`${this.#origin}${path}`, { redirect: 'manual', ...init, headers });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  postJson(path: string, body: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return this.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /**
   * Gets a token with a token manager, as a page does.
   *
   * @returns the token, or the status of the error.
   */
  async getToken(headers: Record<string, string> = {}): Promise<unknown> {
    const fetchFromSite = (path: string, init?: RequestInit) => this.fetch(path, init);
    const fetchToken = endpoint('/api/realtime-session', { headers, fetch: fetchFromSite });
    const tokens = createTokenManager({ fetchToken });
    try {
      const { value } = await tokens.getToken();
      this.secrets.add(value);
      return value;
    } catch (error) {
      return TokenError.is(error) ? error.status : error;
    } finally {
      tokens.dispose();
    }
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const isRemoved = value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line);
    if (isRemoved) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
    if (value.length > 10) this.secrets.add(value);
  }
}

export const aToken: unknown = expect.stringMatching(/^ek_/);

/** Moves the clock of this process forward. */
export function passTime(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
}
