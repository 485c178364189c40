import { FAULTS } from '../faults/catalog.ts';

/** The command's port unless `--port` or `EMULATOR_PORT` sets another. */
export const DEFAULT_CLI_PORT = 4141;

export const HELP_TEXT = `realtime-emulator: a local emulator of the Realtime API and the Live API, with fake API keys only. Its port speaks http, https, ws and wss.

  --port NUMBER        port to listen on, 0 for any free port (default ${DEFAULT_CLI_PORT}, or EMULATOR_PORT)
  --host ADDRESS       address to listen on (default 127.0.0.1: this machine only). With another one, such as 0.0.0.0 in a
                       container, other machines can use and control the emulator
  --api-key KEY        fake API key to accept, repeatable (default sk-emulator)
  --ttl SECONDS        token lifetime for requests that do not set one (default 600, and 60 for the sessions endpoint);
                       a value under 10 also lowers the minimum that a request can set
  --generation NAME    documented: every documented endpoint exists (default)
                       current: the sessions endpoint responds with 404, as the public API does
  --reuse NAME         until-expiry: a token opens any number of sessions (default)
                       once: the second use of a token is rejected
  --max-session SECS   longest session, also of the Live API (default 3600)
  --model NAME         another model that exists, repeatable; unknown models are refused, as by the API
  --voice NAME         another voice that exists, repeatable
  --fault FAULT        fault that is active from the start, repeatable
  --script FILE        JSON file with what the model says and does, see the README
  --seed TEXT          the same ids and tokens in every run
  --help, --version

Run a program with an emulator on any free port, which stops when the program exits. The program gets OPENAI_API_KEY,
OPENAI_BASE_URL and NODE_EXTRA_CA_CERTS, so that it trusts the emulator's certificate:

  realtime-emulator [flags] exec PROGRAM [ARGUMENTS]
  --unless-key         no emulator if OPENAI_API_KEY is already set: the program uses the real API

Control a running emulator from another terminal (--url or --port selects it, default http://127.0.0.1:${DEFAULT_CLI_PORT}):

  realtime-emulator status
  realtime-emulator fail FAULT
  realtime-emulator clear [mint|calls|websocket|sideband|hangup|session|transcription]
  realtime-emulator drop
  realtime-emulator advance SECONDS

A FAULT is name[@target][:times], or a name with a number: latency=MS, late-response=MS, not-found=MS, skew=MS, close=CODE or
status=CODE. Examples: overloaded, close-1001@calls:1, latency=500@websocket, close=1011. "realtime-emulator faults" lists them.
`;

/** Formats the catalog of faults as a table: name, targets, description. */
export function formatFaults(): string {
  const rows = Object.entries(FAULTS).map(([name, { targets, description }]) => ({
    name,
    targets: targets.join(', '),
    description,
  }));
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const targetsWidth = Math.max(...rows.map(({ targets }) => targets.length));
  const lines = rows.map(
    ({ name, targets, description }) =>
      `${name.padEnd(nameWidth)}  ${targets.padEnd(targetsWidth)}  ${description}`,
  );
  return `${lines.join('\n')}\n\nWith a number: latency=MS (mint, calls, websocket, sideband, hangup), late-response=MS (calls, hangup), not-found=MS (sideband),\nskew=MS (mint), close=CODE (sideband), status=CODE (mint, calls, sideband, hangup).\n`;
}
