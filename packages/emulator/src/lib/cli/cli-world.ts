/** A program to run. */
export interface Program {
  /** Its name, found on the `PATH`. */
  readonly name: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Environment variables besides those of this process. */
  readonly environment: Readonly<Record<string, string>>;
}

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
  /** Runs a program on this terminal, with more environment variables, until it ends; resolves with its exit code. */
  readonly run: (program: Program) => Promise<number>;
  /** Resolves when the user wants it to stop. */
  readonly stopAsked: Promise<void>;
}
