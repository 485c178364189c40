export function toCommandLine(
  line: { readonly command: string; readonly args: readonly string[] },
  system: {
    readonly platform: NodeJS.Platform;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly root: string;
  },
): {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly shell: boolean;
};
