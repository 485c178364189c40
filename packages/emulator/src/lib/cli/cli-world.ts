/** The world of one run of the command. */
export interface CliWorld {
  /** Arguments after the name of the command. */
  readonly args: readonly string[];
  /** Environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Version to print. */
  readonly version: string;
  /** Prints to standard output. */
  readonly print: (text: string) => void;
  /** Prints to standard error. */
  readonly complain: (text: string) => void;
  /** Resolves when the user wants it to stop. */
  readonly stopAsked: Promise<void>;
}
