/** The exit code on Windows of a process that Ctrl-C ended. */
const WINDOWS_CTRL_C = 0xc0_00_01_3a;

const PLAIN_ARGUMENT = /^[\w./:\\=@,+-]+$/;

/** How a program is started: the arguments of `child_process.spawn`. */
export interface Invocation {
  readonly file: string;
  readonly args: readonly string[];
  /** Whether a shell resolves the name of the program. */
  readonly shell: boolean;
}

/**
 * Windows starts only executables without a shell, and `npm`, `npx` and `pnpm` are batch files there. On all other systems, no
 * shell reads the arguments.
 */
export function toInvocation(
  { name, args }: { readonly name: string; readonly args: readonly string[] },
  platform: NodeJS.Platform,
): Invocation {
  const isExecutable = /(?:^|[\\/])node$|\.exe$/i.test(name);
  if (platform !== 'win32' || isExecutable) return { file: name, args, shell: false };
  return { file: [name, ...args].map(quote).join(' '), args: [], shell: true };
}

/** Quotes an argument for `cmd.exe` and for programs that split their command line as Microsoft's C runtime does. */
function quote(argument: string): string {
  if (PLAIN_ARGUMENT.test(argument)) return argument;
  return `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

/** The signals that ask a command to stop. Windows has no SIGTERM: it reports Ctrl-C, Ctrl-Break and a closed console. */
export function stopSignals(platform: NodeJS.Platform): readonly NodeJS.Signals[] {
  return platform === 'win32' ? ['SIGINT', 'SIGBREAK', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];
}

export interface SignalContext {
  readonly platform: NodeJS.Platform;
  /** Whether the command runs in a terminal. */
  readonly isTerminal: boolean;
}

/**
 * Whether a program has to be given a signal. Ctrl-C already reaches every process of a terminal, and a second SIGINT would interrupt
 * the program's shutdown. On Windows, all these signals reach every process of the console, and `kill()` would end the program
 * without a shutdown.
 */
export function needsForwarding(signal: NodeJS.Signals, { platform, isTerminal }: SignalContext): boolean {
  return platform !== 'win32' && (signal !== 'SIGINT' || !isTerminal);
}

export interface ProgramExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The exit code of a command for its program: 0 if the program ended by a signal that the command also received. */
export function toExitCode(
  { code, signal }: ProgramExit,
  received: ReadonlySet<NodeJS.Signals>,
  platform: NodeJS.Platform,
): number {
  if (platform === 'win32' && code === WINDOWS_CTRL_C && received.size > 0) return 0;
  return code ?? (signal !== null && received.has(signal) ? 0 : 1);
}
