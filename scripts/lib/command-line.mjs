import { posix, win32 } from 'node:path';

const PLAIN_ARGUMENT = /^[\w./:\\=@,+-]+$/;

/**
 * Returns how a command of a script is started: the arguments of `spawn`. The executables of `node_modules` come first on the PATH.
 * On Windows, `pnpm`, `npx` and every executable of `node_modules` are batch files, which only a shell starts.
 *
 * @param {{ command: string, args: readonly string[] }} line
 * @param {{ platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>, root: string }} system
 * @returns {{ file: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>, shell: boolean }}
 */
export function toCommandLine({ command, args }, { platform, env, root }) {
  const isWindows = platform === 'win32';
  const { join, delimiter } = isWindows ? win32 : posix;
  // Windows spells it Path, and a second spelling would win or lose at random.
  const path =
    Object.keys(env).find((name) => name === 'PATH' || (isWindows && /^path$/i.test(name))) ?? 'PATH';
  const folders = [join(root, 'node_modules', '.bin'), env[path]].filter(Boolean).join(delimiter);
  const complete = { ...env, [path]: folders };
  if (!isWindows) return { file: command, args, env: complete, shell: false };
  return { file: [command, ...args].map(quote).join(' '), args: [], env: complete, shell: true };
}

/** Quotes an argument for `cmd.exe`. */
function quote(argument) {
  return PLAIN_ARGUMENT.test(argument) ? argument : `"${argument.replaceAll('"', '\\"')}"`;
}
