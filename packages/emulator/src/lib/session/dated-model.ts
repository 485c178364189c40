const SNAPSHOTS: ReadonlyMap<string, string> = new Map([
  ['gpt-realtime', 'gpt-realtime-2025-08-28'],
  ['gpt-realtime-mini', 'gpt-realtime-mini-2025-12-15'],
  ['gpt-4o-realtime-preview', 'gpt-4o-realtime-preview-2025-06-03'],
  ['gpt-4o-mini-realtime-preview', 'gpt-4o-mini-realtime-preview-2024-12-17'],
]);

/**
 * The snapshot behind a model's name: answers name the snapshot, so they rarely repeat the name that was asked for.
 *
 * @param model - The model asked for.
 */
export function datedModel(model: string): string {
  return SNAPSHOTS.get(model) ?? model;
}
