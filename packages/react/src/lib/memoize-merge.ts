/** Returns a function that adds `actions` to a state, and returns the same object for the same state. */
export function memoizeMerge<State extends object, Actions>(
  actions: Actions,
): (state: State) => State & Actions {
  const merged = new WeakMap<State, State & Actions>();
  return (state) => {
    const known = merged.get(state);
    if (known) return known;
    const result = { ...state, ...actions };
    merged.set(state, result);
    return result;
  };
}
