/** Stands for your database. */
export const banned = new Set<string>();
