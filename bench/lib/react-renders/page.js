import { Window } from 'happy-dom';

/** A page, and React's production build with its profiler. To be called before anything else looks for a page. */
export async function openPage() {
  process.env.NODE_ENV = 'production';
  const window = new Window({ url: 'https://app.example.com' });
  Object.assign(globalThis, { window, document: window.document });
  const [{ Profiler, createElement }, { createRoot }] = await Promise.all([
    import('react'),
    import('react-dom/profiling'),
  ]);

  /** Draws so many of a component below one profiler. Tells how often they were drawn, and for how long. */
  return function draw(Component, count, Around) {
    const seen = { renders: 0, ms: 0 };
    const Counted = () => {
      seen.renders += 1;
      return Component();
    };
    const onRender = (_id, _phase, actualMs) => {
      seen.ms += actualMs;
    };
    const all = Array.from({ length: count }, (_, key) => createElement(Counted, { key }));
    const tree = createElement(Profiler, { id: 'all', onRender }, ...all);
    const root = createRoot(window.document.body.appendChild(window.document.createElement('div')));
    root.render(Around ? createElement(Around, null, tree) : tree);
    return { seen, close: () => root.unmount() };
  };
}
