import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { read } from './support/markdown.ts';

const recipes = 'test/server/recipes/';
const [dockerfile, compose, kubernetes, alerts] = await Promise.all(
  ['Dockerfile', 'compose.yaml', 'kubernetes.yaml', 'alerts.yaml'].map((name) => read(recipes + name)),
);
const code = (
  await Promise.all(['server.ts', 'secrets.ts', 'drain.ts'].map((name) => read(recipes + name)))
).join('\n');

/** Variables of the environment that the server reads, with their defaults. */
const variables = new Map(
  [...code.matchAll(/const \{([^}]*)\} = process\.env;/g)]
    .flatMap(([, list = '']) => list.split(','))
    .map((one) => one.split('=').map((part) => part.trim().replaceAll("'", '')))
    .map(([name = '', fallback]) => [name, fallback]),
);

/** Default of the handler, and time for everything else. */
const TIMEOUT_MS = 10_000;
const MARGIN_MS = 5_000;

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: number };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

interface Container {
  readonly ports: readonly { readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly value: unknown }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}

interface Resource {
  readonly kind: string;
  readonly spec: {
    readonly selector: object;
    readonly ports?: readonly { readonly targetPort: number }[];
    readonly template?: {
      readonly metadata: { readonly labels: object };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly Container[];
        readonly volumes: readonly { readonly name: string; readonly secret: object }[];
      };
    };
  };
}

describe('the manifest for Kubernetes', () => {
  const [deployment, service] = parseAllDocuments(kubernetes ?? '', { strict: true }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Resource;
  });
  const pod = deployment!.spec.template!;
  const [container] = pod.spec.containers;
  const env = new Map(container!.env.map(({ name, value }) => [name, value]));
  const drainMs = Number(env.get('DRAIN_MS'));

  it('selects the pods and reaches the port of the server', () => {
    expect([deployment!.kind, service!.kind]).toEqual(['Deployment', 'Service']);
    expect(deployment!.spec.selector).toEqual({ matchLabels: pod.metadata.labels });
    expect(service!.spec.selector).toEqual(pod.metadata.labels);
    const port = Number(variables.get('PORT'));
    expect(container!.ports).toEqual([{ containerPort: port }]);
    expect(service!.spec.ports).toMatchObject([{ targetPort: port }]);
    expect(container!.readinessProbe.httpGet.port).toBe(port);
    expect(container!.livenessProbe.httpGet.port).toBe(port);
  });

  it('asks routes that never mint', () => {
    const paths = [container!.livenessProbe, container!.readinessProbe].map(({ httpGet }) => httpGet.path);
    expect(paths).toEqual(['/live', '/ready']);
    for (const path of paths)
      expect(code).toMatch(new RegExp(`app\\.get\\('${path}', .*sendStatus\\(.*\\)\\);`));
  });

  it('drains longer than the readiness probe needs, and shorter than the grace period', () => {
    const { periodSeconds, failureThreshold } = container!.readinessProbe;
    expect(drainMs).toBeGreaterThan((failureThreshold + 1) * periodSeconds * 1000);
    const graceMs = pod.spec.terminationGracePeriodSeconds * 1000;
    expect(graceMs).toBeGreaterThanOrEqual(drainMs + TIMEOUT_MS + MARGIN_MS);
  });

  it('sets variables that the server reads, as text', () => {
    expect([...variables.keys()]).toEqual(expect.arrayContaining([...env.keys()]));
    expect([...env.values()].map((value) => typeof value)).toEqual([...env.keys()].map(() => 'string'));
    expect(env.get('HOST')).toBe('0.0.0.0');
  });

  it('mounts the key as a file, and has it nowhere else', () => {
    const [mount] = container!.volumeMounts;
    expect(env.get('OPENAI_API_KEY_FILE')).toMatch(new RegExp(`^${mount!.mountPath}/[\\w-]+$`));
    expect(pod.spec.volumes).toMatchObject([{ name: mount!.name, secret: { secretName: 'openai' } }]);
    expect(kubernetes).not.toMatch(/OPENAI_API_KEY\b|sk-/);
  });
});

describe('the files for Docker', () => {
  const { services, secrets } = parse(compose ?? '', { strict: true }) as {
    services: {
      app: {
        environment: Record<string, string>;
        secrets: string[];
        stop_grace_period: string;
        healthcheck: { test: string[] };
      };
      redis: { command: string };
    };
    secrets: Record<string, { file: string }>;
  };

  it('have no findings of a linter', () => {
    expect(validate(dockerfile ?? '')).toEqual([]);
  });

  it('start Node itself, as a user without privileges', () => {
    expect(dockerfile).toMatch(/^CMD \["node", /m);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toContain(`EXPOSE ${variables.get('PORT')}\n`);
    expect(dockerfile).toContain('HOST=0.0.0.0');
  });

  it('give the server its key as the file that it reads by default', () => {
    expect(services.app.secrets).toEqual(Object.keys(secrets));
    expect(variables.get('OPENAI_API_KEY_FILE')).toBe(`/run/secrets/${services.app.secrets[0]}`);
    expect([...variables.keys()]).toEqual(expect.arrayContaining(Object.keys(services.app.environment)));
  });

  it('wait until the server has stopped', () => {
    const graceMs = Number(/^(\d+)s$/.exec(services.app.stop_grace_period)?.[1]) * 1000;
    expect(graceMs).toBeGreaterThanOrEqual(Number(variables.get('DRAIN_MS')) + TIMEOUT_MS + MARGIN_MS);
  });

  it('check whether the server is ready, and keep Redis from removing calls', () => {
    expect(services.app.healthcheck.test.join(' ')).toContain(`127.0.0.1:${variables.get('PORT')}/ready`);
    expect(services.redis.command).toContain('--maxmemory-policy noeviction');
  });
});

it('has alerts that a page explains', async () => {
  const page = await read('packages/server/docs/observability.md');
  const rows = [...page.matchAll(/^\| `(Realtime\w+)` /gm)].map(([, name]) => name);
  const names = [...(alerts ?? '').matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  expect(rows.sort()).toEqual(names.sort());
});
