/** Responses name the snapshot of a model, not the alias that was requested. */
const SNAPSHOTS: ReadonlyMap<string, string> = new Map([
  ['gpt-realtime', 'gpt-realtime-2025-08-28'],
  ['gpt-realtime-mini', 'gpt-realtime-mini-2025-12-15'],
]);

/** Returns the snapshot that an alias stands for, or the name itself. */
export function toSnapshot(model: string): string {
  return SNAPSHOTS.get(model) ?? model;
}
