import { FAULTS } from '../faults/fault-catalog.ts';

/** What `faults` prints: every fault by name, where it strikes, and what a client meets. */
export function faultsText(): string {
  const rows = Object.entries(FAULTS).map(
    ([name, { places, does }]) => [name, places.join(', '), does] as const,
  );
  const [nameWidth, placeWidth] = [0, 1].map((column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map(
    ([name, places, does]) => `${name.padEnd(nameWidth ?? 0)}  ${places.padEnd(placeWidth ?? 0)}  ${does}`,
  );
  return `${lines.join('\n')}\n\nWith a number: latency=MS (mint, calls, websocket), skew=MS (mint), status=CODE (mint, calls).\n`;
}
