import { checkIds } from './check.ts';
import type { Check } from './check.ts';
import { diagnose } from './diagnose.ts';
import { parseCliArgs } from './parse-args.ts';
import type { DoctorArgs } from './parse-args.ts';
import { readModelApi } from './model-check.ts';
import { describeRequestError } from './request-error.ts';
import { countOutcomes, jsonReport, redactUrl, textReport } from './report.ts';

/** What one run of the command needs from its process. */
export interface CliContext {
  /** Arguments after the name of the command. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly writeOutput: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
}

/** 0: nothing to fix. 1: something to fix. 2: the route could not be checked. */
export type ExitCode = 0 | 1 | 2;

const HELP_TEXT = `realtime-session-doctor URL: checks your mint route from outside and reports what to fix.

It sends requests without credentials, as a page on another site, and (with --cookie or --header) as a
signed-in user. It sends at most five requests, and each of them can mint a token on your account.
The report never contains secrets. If OPENAI_API_KEY is set, it also asks the API (OPENAI_BASE_URL) when the models of the
session shut down.

  --cookie TEXT        Cookie header of a signed-in user, to check the token that users get
  --header 'NAME: V'   another request header, such as 'Authorization: Bearer …'; repeatable
  --ignore CHECK       skip a check; repeatable
                       (${checkIds.slice(0, 5).join(', ')},
                       ${checkIds.slice(5).join(', ')})
  --live               the route creates sessions of the Live API: check that OPENAI_API_KEY can use it
  --timeout SECONDS    timeout of each request (default 10)
  --json               print the report as one JSON object
  --help, --version

Exit code: 0 nothing to fix, 1 something to fix, 2 the route could not be checked.
`;

async function runDoctor(context: CliContext, args: DoctorArgs): Promise<ExitCode> {
  const { fetch, nowMs, env } = context;
  let checks: Check[];
  try {
    checks = await diagnose({ ...args, fetch, nowMs, api: readModelApi(env) }, args.ignored);
  } catch (thrown) {
    context.writeError(`${redactUrl(args.url)}: ${describeRequestError(thrown, env)}.\n`);
    return 2;
  }
  context.writeOutput(args.format === 'json' ? jsonReport(args.url, checks) : textReport(args.url, checks));
  return countOutcomes(checks).failed === 0 ? 0 : 1;
}

/** Runs the command and resolves with its exit code. */
export async function runCli(context: CliContext): Promise<ExitCode> {
  const command = parseCliArgs(context.args);
  switch (command.kind) {
    case 'help':
      context.writeOutput(HELP_TEXT);
      return 0;
    case 'version':
      context.writeOutput(`${context.version}\n`);
      return 0;
    case 'invalid':
      context.writeError(`${command.message} Run with --help for usage.\n`);
      return 2;
    case 'doctor':
      return runDoctor(context, command.args);
  }
}
