import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Where and how long a command runs. */
export interface RunOptions {
  /** Its folder. */
  readonly cwd: string;
  /** Beside the ones of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a command to its end.
 *
 * @returns what it printed on its standard output.
 * @throws Error with everything it printed, when it fails.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  try {
    const env = { ...process.env, ...options.env };
    const { stdout } = await execute(command, args, { ...options, env, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (cause) {
    // What execFile rejects with carries what was printed.
    const { stdout, stderr } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed.\n${stdout ?? ''}\n${stderr ?? ''}`, { cause });
  }
}
