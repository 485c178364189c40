import { createServer } from 'node:http';
import { createCallHandler, openaiCalls, openaiLive } from '@realtime-session/server/calls';
import type { CallUpstream } from '@realtime-session/server/calls';
import { toNodeHandler } from '@realtime-session/server/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { API_KEY, COOKIE, listen, noStore, respond, secureRoute, serve, token } from './support/routes.ts';
import { failures, outcomes, runDoctor } from './support/run-doctor.ts';

interface ApiEnvironment {
  readonly OPENAI_API_KEY: string;
  readonly OPENAI_BASE_URL: string;
  readonly [name: string]: string;
}

/** An API that lists models, and the environment that selects it. */
async function startApi(
  ids: readonly string[],
  path = '',
): Promise<{ env: ApiEnvironment; keys: (string | undefined)[] }> {
  const keys: (string | undefined)[] = [];
  const { origin } = await listen(
    createServer((message, response) => {
      keys.push(message.headers.authorization);
      const isList = message.url === '/v1/models';
      respond(response, isList ? { data: ids.map((id) => ({ id })) } : {}, {}, isList ? 200 : 404);
    }),
  );
  return { env: { OPENAI_API_KEY: API_KEY, OPENAI_BASE_URL: `${origin}${path}` }, keys };
}

const signedIn = ['--cookie', COOKIE];

/** A route that answers a signed-in user with an error of the API. */
const failing = (error: object, status: number) =>
  serve(secureRoute((response) => respond(response, { error }, noStore, status)));

const accessDenied = { type: 'invalid_request_error', message: 'Voice session access denied' };

describe('the check of the Live API', () => {
  it('is not in the report of a route that has nothing to do with Live', async () => {
    const { env } = await startApi(['gpt-live-1']);
    const session = { model: 'gpt-realtime-2.1' };
    const url = await serve(secureRoute((response) => respond(response, token({ session }), noStore)));
    const { output } = await runDoctor([url, '--json', ...signedIn], { env });
    expect(Object.keys(outcomes(output))).not.toContain('live');
  });

  it.each<[string, object, readonly string[]]>([
    ['for a model of Live', { session: { model: 'gpt-live-1.1' } }, []],
    ['where Live is expected', { session: { model: 'gpt-realtime-2.1' } }, ['--live']],
    ['of an unknown model where Live is expected', {}, ['--live']],
  ])('fails when the route mints a token %s, and names what to do', async (_name, fields, flags) => {
    const url = await serve(secureRoute((response) => respond(response, token(fields), noStore)));
    const { code, output } = await runDoctor([url, ...signedIn, ...flags]);
    expect(code).toBe(1);
    expect(output).toContain(`✗ live        the route mints a token, but the Live API accepts no tokens
      fix: let the server create each session: createCallHandler() of @realtime-session/server/calls with openaiLive(), and callRoute() in the page
`);
  });

  it('fails when the API refused a model of the other API', async () => {
    const url = await failing({ code: 'invalid_model', message: 'gpt-live-1 is not supported.' }, 400);
    const { code, output } = await runDoctor([url, ...signedIn]);
    expect(code).toBe(1);
    expect(output).toContain('✗ live        the API refused the model: the Realtime API and the Live API');
    expect(output).toContain('use gpt-live-1.1 with openaiLive(), and gpt-realtime-2.1 with tokens');
  });

  it('names both causes of a denied access when there is no key', async () => {
    const { output } = await runDoctor([await failing(accessDenied, 403), ...signedIn]);
    expect(output).toContain(
      `✗ live        the Live API denied access, which is also its answer to an unknown voice
      fix: use a voice of the Live API, such as marin; set OPENAI_API_KEY to check whether the key has access
`,
    );
  });

  it('blames the voice when the key can use the models', async () => {
    const { env } = await startApi(['gpt-live-1', 'gpt-5.4-mini']);
    const { output } = await runDoctor([await failing(accessDenied, 403), ...signedIn], { env });
    expect(output).toContain('unknown voice; the key can use the models\n      fix: use a voice');
  });

  it.each([
    ['when the API denied access', ['gpt-realtime-2.1'], [] as readonly string[]],
    ['with --live', ['gpt-live-transcribe'], ['--live']],
  ])('names the missing access %s', async (_name, models, flags) => {
    const { env } = await startApi(models);
    const error = flags.length === 0 ? accessDenied : {};
    const { code, output } = await runDoctor([await failing(error, 403), ...signedIn, ...flags], { env });
    expect(code).toBe(1);
    expect(output)
      .toContain(`✗ live        the key has no access to the Live API: the API lists no gpt-live model for it
      fix: enable the models in the settings of the key's project, or use gpt-realtime-2.1 with openaiCalls()
`);
  });

  it('passes with --live when the key can use the models, asks once, and never prints the key', async () => {
    const { env, keys } = await startApi(['gpt-live-1.1', 'gpt-live-1', 'gpt-live-transcribe']);
    const url = await serve(secureRoute((response) => respond(response, {}, noStore, 400)));
    const { output, errorOutput } = await runDoctor([url, '--live'], { env });
    expect(output).toContain('✓ live        the key can use gpt-live-1 and gpt-live-1.1\n');
    expect(keys).toEqual([`Bearer ${API_KEY}`]);
    expect(output + errorOutput).not.toContain(API_KEY.slice(3, 15));
  });

  it('does not print what is not a name of a model', async () => {
    const { env } = await startApi(['gpt-live-1', 'gpt-live-2 \u001b[31m']);
    const url = await serve(secureRoute((response) => respond(response, {}, noStore, 400)));
    const { output } = await runDoctor([url, '--live'], { env });
    expect(output).toContain('the key can use gpt-live-1\n');
  });

  it('is skipped with --live when there is no key, or no list', async () => {
    const url = await serve(secureRoute((response) => respond(response, {}, noStore, 400)));
    const withoutKey = await runDoctor([url, '--live']);
    expect(withoutKey.output).toContain('– live        skipped: set OPENAI_API_KEY');
    const { env } = await startApi([], '/elsewhere');
    const withoutList = await runDoctor([url, '--live'], { env });
    expect(withoutList.output).toContain('– live        skipped: the API did not list its models');
  });

  it.each(['/v1/live/sessions', '/v1/live', '/v1/realtime/', '/live'])(
    'warns about a base URL that ends in %s',
    async (path) => {
      const { env } = await startApi([], path);
      const url = await serve(secureRoute((response) => respond(response, {}, noStore, 400)));
      const { code, output } = await runDoctor([url], { env });
      expect(code).toBe(0);
      expect(output).toMatch(/! live {8}OPENAI_BASE_URL ends in \/(?:live|realtime)/);
      expect(output).toContain('fix: set it to the root of the API, such as https://api.openai.com/v1');
    },
  );

  it('can be ignored, and then asks nothing', async () => {
    const { env, keys } = await startApi([]);
    const url = await serve(secureRoute((response) => respond(response, {}, noStore, 400)));
    const { code, output } = await runDoctor([url, '--live', '--ignore', 'live'], { env });
    expect([code, output.includes(' live ')]).toEqual([0, false]);
    expect(keys).toEqual([]);
  });
});

describe('a call route', () => {
  async function serveCalls(model: string, upstream: CallUpstream): Promise<string> {
    const calls = createCallHandler({
      apiKey: API_KEY,
      authorize: (request) => (request.headers.get('cookie') === COOKIE ? { id: 'user-1' } : null),
      session: { model },
      upstream,
    });
    onTestFinished(() => calls.close());
    return serve(toNodeHandler(calls));
  }

  it('on Live passes every check that applies, without creating a session', async () => {
    const { env, keys } = await startApi(['gpt-live-1.1']);
    const url = await serveCalls('gpt-live-1.1', openaiLive({ baseUrl: env.OPENAI_BASE_URL }));
    const { code, output } = await runDoctor([url, '--json', '--live', ...signedIn], { env });
    expect([code, failures(output)]).toEqual([0, []]);
    expect(outcomes(output)).toMatchObject({
      transport: 'passed',
      anonymous: 'passed',
      'cross-site': 'passed',
      method: 'passed',
      live: 'passed',
      clock: 'passed',
    });
    // Only the question of the doctor, not a session of the route.
    expect(keys).toHaveLength(1);
  });

  it('is recognized by its answer to a request without an offer', async () => {
    const url = await serveCalls('gpt-realtime-2.1', openaiCalls({ baseUrl: 'http://127.0.0.1:9' }));
    const { code, output } = await runDoctor([url, '--json', ...signedIn]);
    expect([code, failures(output)]).toEqual([0, []]);
    expect(output).toContain('this is a call route: it creates calls from offers, and mints no token');
  });
});
