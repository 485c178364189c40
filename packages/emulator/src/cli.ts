import { createProcessContext } from './lib/cli/process-context.ts';
import { runCli } from './lib/cli/run-cli.ts';

process.exitCode = await runCli(createProcessContext());
