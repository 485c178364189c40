import { lazy, Suspense } from 'react';

const Devtools = lazy(async () => {
  const { RealtimeSessionDevtools } = await import('@realtime-session/react/devtools');
  return { default: RealtimeSessionDevtools };
});

/** Anywhere in the page. */
export function DevelopmentOnly() {
  return <Suspense>{import.meta.env.DEV && <Devtools />}</Suspense>;
}
