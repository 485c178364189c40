import { lazy, Suspense } from 'react';

const Devtools = lazy(async () => {
  const { RealtimeSessionDevtools } = await import('@realtime-session/react/devtools');
  return { default: RealtimeSessionDevtools };
});

/** `when`: `import.meta.env.DEV` in Vite, `process.env.NODE_ENV === 'development'` in Next. Render it anywhere. */
export function DevtoolsPanel({ when }: { when: boolean }) {
  return <Suspense>{when && <Devtools />}</Suspense>;
}
