/** The workers in which core runs in the tests, as the support table names them. */
export const workerKinds = [
  'dedicated worker',
  'shared worker',
  'service worker',
  'service worker of an extension (Manifest V3)',
] as const;

export type WorkerKind = (typeof workerKinds)[number];
