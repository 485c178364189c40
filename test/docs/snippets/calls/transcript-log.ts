/** Stands for your database. */
export const log: string[] = [];

export function save(call: string, line: string): void {
  log.push(`${call} ${line}`);
}
