import type { PageConfig } from '../page-config.ts';

/** Whose page this is, and which API stands behind it. */
export function PageHeader({ config }: { config: PageConfig }) {
  return (
    <header className="masthead">
      <h1 className="wordmark">
        realtime<span className="wordmark-dash">-</span>session
      </h1>
      <p className="backend" data-testid="backend">
        <span className="backend-name">{config.backend}</span>
        <span className="backend-host">{new URL(config.webSocketUrl).host}</span>
      </p>
    </header>
  );
}
