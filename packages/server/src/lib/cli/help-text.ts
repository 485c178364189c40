import { checkIds } from '../doctor/check.ts';

/** What `--help` prints. */
export const HELP_TEXT = `realtime-session-server doctor URL: examines your mint route from outside and says what to fix.

It asks as a stranger, as another site's page and, when you give credentials, as a user: at most five
requests, each of which may mint a token on your account. Nothing secret is ever printed.

  --cookie TEXT        Cookie header of a signed-in user, to look at the token a user gets
  --header 'NAME: V'   any other header, such as 'Authorization: Bearer …'; may be repeated
  --ignore CHECK       leave a check out; may be repeated
                       (${checkIds.slice(0, 5).join(', ')},
                       ${checkIds.slice(5).join(', ')})
  --timeout SECONDS    longest wait for one answer (default 10)
  --json               print one JSON object
  --help, --version

Exit code: 0 nothing to fix, 1 something to fix, 2 could not examine.
`;
