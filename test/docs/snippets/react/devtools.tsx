import { lazy, Suspense } from 'react';

const Devtools = lazy(async () => {
  const { RealtimeSessionDevtools } = await import('@realtime-session/react/devtools');
  return { default: RealtimeSessionDevtools };
});

/** Render it anywhere on the page. */
export function DevelopmentOnly() {
  return <Suspense>{import.meta.env.DEV && <Devtools />}</Suspense>;
}
