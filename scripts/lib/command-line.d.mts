export function toCommandLine(
  line: { readonly command: string; readonly args: readonly string[] },
  system: { readonly platform: NodeJS.Platform; readonly env: NodeJS.ProcessEnv; readonly root: string },
): {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly shell: boolean;
};
