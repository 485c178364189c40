export interface System {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  readonly isExecutable: (path: string) => boolean;
  readonly run: (
    command: string,
    args: readonly string[],
  ) => Promise<{ readonly code: number; readonly output: string }>;
  readonly print: (line: string) => void;
}

export function installMissing(system?: System): Promise<void>;
export function printMissing(system?: System): number;
