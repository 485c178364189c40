import { describe, expect, test } from 'vitest';
import { describeStartPage } from './support/started-app.ts';

describe('the page for Next', () => {
  const app = describeStartPage('getting-started-next', 'create-next-app');

  test('has an app that type-checks and builds with the untouched configuration of the template', async () => {
    const { scripts } = JSON.parse(await app.read('package.json')) as { scripts: Record<string, string> };
    expect(scripts['build']).toBe('next build');
    // Prerenders every component at build time, where reading a clock is an error.
    expect(await app.read('next.config.ts')).toContain('cacheComponents: true');
    // While it runs, the development server writes types of new routes, which the build reads.
    await app.stop();
    await app.add('next');
    const printed = await app.run('npm run build');
    expect(printed).toMatch(/Finished TypeScript/);
    expect(routesOf(printed)).toEqual({
      '/': 'static',
      '/_not-found': 'static',
      '/api/realtime-call': 'dynamic',
      '/api/realtime-session': 'dynamic',
      '/initial-token': 'static',
      '/minted-token': 'partial',
      '/token': 'static',
    });
  });

  test('prerenders the token as idle, or as ready when there is an initial token', async () => {
    expect(textOf(await app.read('.next/server/app/token.html'))).toContain('Token: idle');
    expect(textOf(await app.read('.next/server/app/initial-token.html'))).toContain('Token: ready');
  });
});

const kinds: Readonly<Record<string, string>> = { '○': 'static', ƒ: 'dynamic', '◐': 'partial' };

/** The routes that `next build` prints, and how each is rendered. */
function routesOf(printed: string): Readonly<Record<string, string | undefined>> {
  const rows = [...printed.matchAll(/^[┌├└] (\S) (\/\S*)/gm)];
  return Object.fromEntries(rows.map(([, kind = '', path = '']) => [path, kinds[kind]]));
}

/** The visible text of a page. React separates texts with comments. */
function textOf(html: string): string {
  return html.replaceAll(/<!--.*?-->/g, '').replaceAll(/<[^>]+>/g, ' ');
}
