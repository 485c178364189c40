import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { FAULT_TARGETS, FAULTS } from '../faults/catalog.ts';
import type { FaultTarget } from '../faults/catalog.ts';
import type { HttpResponse } from '../http/response.ts';
import type { EmulatorContext } from '../state/context.ts';
import { isOneOf } from '../state/host.ts';
import { listLiveVoices, listModels, listVoices } from '../state/models.ts';
import { CONTROL_PATHS } from './controls.ts';

/** The URLs and the fake key of an emulator. */
export interface EmulatorAddress {
  /** Base URL, such as `http://127.0.0.1:4141`. */
  readonly url: string;
  /** A fake API key that the emulator accepts. */
  readonly apiKey: string;
}

/**
 * Returns a command that mints a token with an emulator, for a terminal: it works in every shell, and as `curl.exe` in PowerShell.
 *
 * @param emulator - A running emulator.
 *
 * @example
 * ```ts
 * const emulator = await createRealtimeEmulator();
 * // curl -X POST http://127.0.0.1:…/v1/realtime/client_secrets -H "Authorization: Bearer sk-emulator"
 * console.log(curlCommand(emulator));
 * ```
 */
export function curlCommand({ url, apiKey }: EmulatorAddress): string {
  return `curl -X POST ${url}/v1/realtime/client_secrets -H "Authorization: Bearer ${apiKey}"`;
}

type Section =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'rows'; readonly rows: readonly (readonly [term: string, meaning: string])[] };

interface Chapter {
  readonly title: string;
  readonly sections: readonly Section[];
}

const TARGET_TITLES: Readonly<Record<FaultTarget, string>> = {
  mint: 'When a server asks for a token',
  calls: 'When a page or a server starts a call',
  websocket: 'When a client opens a WebSocket',
  sideband: 'When a server attaches to a call',
  hangup: 'When a server ends a call',
  session: 'While the model answers',
  transcription: 'While what the user said is transcribed',
};

/** Where clients can download the certificate to trust. */
export const CERTIFICATE_PATH = '/certificate.pem';

const TITLE = 'Realtime emulator';
const INTRODUCTION =
  'This is a local stand-in for the OpenAI Realtime API and Live API. It costs nothing, and accepts fake API keys only.';

/** Handles `GET /`: a page that explains how to use the emulator, as HTML for browsers and as text for other clients. */
export function buildHelp(context: EmulatorContext, request: IncomingMessage): HttpResponse {
  const { tls, apiKeys } = context.settings;
  const url = `http${tls === undefined ? '' : 's'}://${getAuthority(context, request)}`;
  const chapters = createChapters(context, { url, apiKey: apiKeys[0] });
  const headers = { 'cache-control': 'no-store', vary: 'accept', 'x-content-type-options': 'nosniff' };
  return acceptsHtml(request)
    ? { status: 200, body: toHtml(chapters), headers: { ...headers, ...HTML_HEADERS } }
    : {
        status: 200,
        body: toText(chapters),
        headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
      };
}

/** The address that the client used, which can be that of a container, if it is one of the emulator's. */
function getAuthority(
  { settings: { listen } }: EmulatorContext,
  { headers, socket }: IncomingMessage,
): string {
  const { host = '' } = headers;
  return isOneOf(listen.names, host) ? host : `${listen.urlHost}:${String(socket.localPort)}`;
}

function acceptsHtml({ headers }: IncomingMessage): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? '');
}

function createChapters(context: EmulatorContext, emulator: EmulatorAddress): readonly Chapter[] {
  const { url, apiKey } = emulator;
  const sockets = url.replace('http', 'ws');
  const models = listModels(context).map(
    ({ name, shutdownDate }) => name + (shutdownDate === undefined ? '' : ` (until ${shutdownDate})`),
  );
  return [
    {
      title: 'The API key',
      sections: [
        { kind: 'code', text: apiKey },
        { kind: 'text', text: 'Real keys are refused. This command mints a token:' },
        { kind: 'code', text: curlCommand(emulator) },
      ],
    },
    {
      title: 'Addresses',
      sections: [
        { kind: 'text', text: 'Servers and official clients read these environment variables:' },
        { kind: 'code', text: `OPENAI_BASE_URL=${url}/v1\nOPENAI_API_KEY=${apiKey}` },
        {
          kind: 'rows',
          rows: [
            [`POST ${url}/v1/realtime/client_secrets`, 'mints a token'],
            [`POST ${url}/v1/realtime/calls`, 'starts a WebRTC call'],
            [`POST ${url}/v1/realtime/translations/client_secrets`, 'mints a token for translations'],
            [`POST ${url}/v1/realtime/translations/calls`, 'starts a WebRTC call that translates'],
            [`POST ${url}/v1/realtime/calls/ID/hangup`, 'ends a call'],
            [`POST ${url}/v1/live/sessions`, 'creates a Live session'],
            [`${sockets}/v1/live/sessions/ID/attach`, 'attaches a server to a Live session'],
            [`${sockets}/v1/realtime`, 'opens a session over WebSocket'],
            [`${sockets}/v1/realtime?call_id=ID`, 'attaches a server to a call'],
            [`GET ${url}/v1/models`, 'lists the models'],
          ],
        },
        ...createTlsSections(url),
      ],
    },
    ...createFaultChapters(url),
    {
      title: 'Models and voices',
      sections: [
        {
          kind: 'rows',
          rows: [
            ['models', models.join(', ')],
            ['voices', listVoices(context).join(', ')],
            ['voices of Live', listLiveVoices(context).join(', ')],
          ],
        },
        { kind: 'text', text: 'Others are refused, as by the API. The options models and voices add names.' },
      ],
    },
  ];
}

function createTlsSections(url: string): readonly Section[] {
  const secure = url.replace(/^http:/, 'https:');
  const text = `The same port speaks TLS, for clients that insist on it: ${secure} and ${secure.replace('https', 'wss')}/v1/realtime. A program started by "realtime-emulator exec" trusts the certificate. For other programs, save it:`;
  const commands = `curl -o emulator.pem ${url}${CERTIFICATE_PATH}\nNODE_EXTRA_CA_CERTS=emulator.pem`;
  return [
    { kind: 'text', text },
    { kind: 'code', text: commands },
  ];
}

function createFaultChapters(url: string): readonly Chapter[] {
  // Quotes that every shell understands.
  const body = JSON.stringify({ fault: 'overloaded', times: 1 }).replaceAll('"', '\\"');
  const faults = `${url}${CONTROL_PATHS.faults}`;
  return [
    {
      title: 'Let it fail',
      sections: [
        { kind: 'text', text: 'Inject a fault by its name, once or until it is cleared:' },
        {
          kind: 'code',
          text: `curl ${faults} -H "Content-Type: application/json" -d "${body}"\ncurl -X DELETE ${faults}`,
        },
      ],
    },
    ...FAULT_TARGETS.map((target): Chapter => ({
      title: TARGET_TITLES[target],
      sections: [{ kind: 'rows', rows: faultRows(target) }],
    })),
  ];
}

/** The faults whose default target is `target`. */
function faultRows(target: FaultTarget): readonly (readonly [string, string])[] {
  return Object.entries(FAULTS)
    .filter(([, { targets }]) => targets[0] === target)
    .map(([name, { summary }]) => [name, summary]);
}

function toText(chapters: readonly Chapter[]): string {
  const blocks = chapters.flatMap(({ title, sections }) => [
    title.toUpperCase(),
    ...sections.map((section) => sectionToText(section)),
  ]);
  return `${[TITLE, INTRODUCTION, ...blocks].join('\n\n')}\n`;
}

function sectionToText(section: Section): string {
  if (section.kind === 'text') return section.text;
  if (section.kind === 'code') return section.text.replaceAll(/^/gm, '  ');
  const width = Math.max(...section.rows.map(([term]) => term.length));
  return section.rows.map(([term, meaning]) => `  ${term.padEnd(width)}  ${meaning}`).join('\n');
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 48rem; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
code, pre { font: 0.9rem/1.5 ui-monospace, monospace; }
pre { background: color-mix(in srgb, currentcolor 8%, transparent); border-radius: 6px; padding: 0.75rem 1rem; white-space: pre-wrap; }
dl { display: grid; grid-template-columns: minmax(10rem, max-content) 1fr; gap: 0.25rem 1.5rem; }
dd { margin: 0; }
@media (max-width: 40rem) { dl { display: block; } dd { margin: 0 0 0.75rem; } }
`;

const HTML_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
};

function toHtml(chapters: readonly Chapter[]): string {
  const content = chapters.map(
    ({ title, sections }) => `<h2>${escapeHtml(title)}</h2>\n${sections.map(sectionToHtml).join('\n')}`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TITLE}</title>
<style>${STYLE}</style>
<h1>${TITLE}</h1>
<p>${INTRODUCTION}</p>
${content.join('\n')}
</html>
`;
}

function sectionToHtml(section: Section): string {
  if (section.kind === 'text') return `<p>${escapeHtml(section.text)}</p>`;
  if (section.kind === 'code') return `<pre>${escapeHtml(section.text)}</pre>`;
  const rows = section.rows.map(
    ([term, meaning]) => `<dt><code>${escapeHtml(term)}</code></dt><dd>${escapeHtml(meaning)}</dd>`,
  );
  return `<dl>\n${rows.join('\n')}\n</dl>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
