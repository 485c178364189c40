import { DEFAULT_CLI_PORT } from './parse-flags.ts';

/** What `--help` prints. */
export const HELP_TEXT = `realtime-emulator: a local stand-in for the Realtime API, on 127.0.0.1, with fake keys only.

  --port NUMBER        port to listen on, 0 for any free one (default ${DEFAULT_CLI_PORT}, or EMULATOR_PORT)
  --api-key KEY        fake standing key to accept, may be repeated (default sk-emulator)
  --ttl SECONDS        token lifetime when a request names none (default 600, and 60 for the sessions call);
                       under 10, requests may name that little too
  --generation WORD    documented: both create calls answer (default)
                       current: sessions answers 404, as the public API does
  --reuse WORD         until-expiry: a token opens any number of sessions (default); once: its second use is refused
  --max-session SECS   longest session (default 3600)
  --fault FAULT        something that goes wrong from the start, may be repeated
  --help, --version

Beside a program, which gets OPENAI_API_KEY and OPENAI_BASE_URL, and at whose end it ends; its port is any free one:

  realtime-emulator [flags] exec PROGRAM [ARGUMENTS]
  --unless-key         no emulator when there is an OPENAI_API_KEY already: the program talks to the real API

While it runs, from another terminal (--url or --port says which, default http://127.0.0.1:${DEFAULT_CLI_PORT}):

  realtime-emulator status
  realtime-emulator fail FAULT
  realtime-emulator clear [mint|calls|websocket|session]
  realtime-emulator drop
  realtime-emulator advance SECONDS

A FAULT is name[@place][:times], latency=MS, skew=MS or status=CODE, such as overloaded, close-1001@calls:1 or
latency=500@websocket. "realtime-emulator faults" lists them.
`;
