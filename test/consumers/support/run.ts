import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface RunOptions {
  readonly cwd: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command and returns its standard output. The error of a failed command contains the whole output. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  try {
    const env = { ...process.env, ...options.env };
    const { stdout } = await execute(command, args, { ...options, env, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (cause) {
    // The errors of execFile contain the output.
    const { stdout, stderr } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed.\n${stdout ?? ''}\n${stderr ?? ''}`, { cause });
  }
}
