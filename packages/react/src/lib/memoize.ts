/** Returns a function that returns the same object for the same argument. */
export function memoize<Argument extends object, Result extends object>(
  create: (argument: Argument) => Result,
): (argument: Argument) => Result {
  const created = new WeakMap<Argument, Result>();
  return (argument) => {
    const result = created.get(argument) ?? create(argument);
    created.set(argument, result);
    return result;
  };
}

/** Returns a function that adds `members` to a state, and returns the same object for the same state. */
export function memoizeMerge<State extends object, Members extends object>(
  members: Members,
): (state: State) => State & Members {
  return memoize((state) => ({ ...state, ...members }));
}
