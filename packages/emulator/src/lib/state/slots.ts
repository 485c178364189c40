/** Counts what is open at the same time, per name. */
export interface Slots {
  /** Takes a slot. Returns a function that frees it, or `undefined` if all are taken. */
  take(name: string, max: number): (() => void) | undefined;
}

export function createSlots(): Slots {
  const taken = new Map<string, number>();
  return {
    take(name, max) {
      const count = taken.get(name) ?? 0;
      if (count >= max) return undefined;
      taken.set(name, count + 1);
      return () => void taken.set(name, (taken.get(name) ?? 1) - 1);
    },
  };
}
