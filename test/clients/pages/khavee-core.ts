type Execute = (args: unknown) => Promise<unknown>;

/** The one class of `@khaveeai/core` that the client of that project uses; the registry does not have the package. */
export class ToolExecutor {
  readonly #tools = new Map<string, Execute>();

  register(name: string, execute: Execute): void {
    this.#tools.set(name, execute);
  }

  execute(name: string, args: unknown): Promise<unknown> {
    return this.#tools.get(name)?.(args) ?? Promise.reject(new Error('The function is unknown.'));
  }
}
