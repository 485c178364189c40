import { describeType, isRecord } from './validate.ts';
import type { UnknownRecord } from './validate.ts';

/** The call of a handler whose first argument is not a web-standard request. */
interface WrongCall {
  readonly first: UnknownRecord;
  readonly second: UnknownRecord;
}

/** How to recognize a framework by what it passes to its handlers, and how to mount the handler there. */
interface Framework {
  readonly name: string;
  readonly remedy: string;
  readonly matches: (call: WrongCall) => boolean;
}

function hasFunctions(value: unknown, ...names: readonly string[]): boolean {
  return isRecord(value) && names.every((name) => typeof value[name] === 'function');
}

/** Whether a value is a web-standard request, of this or of another realm or library. */
export function isWebRequest(value: unknown): value is Request {
  if (!isRecord(value) || typeof value['method'] !== 'string') return false;
  return typeof value['url'] === 'string' && hasFunctions(value['headers'], 'get');
}

function isNodeMessage(value: unknown): boolean {
  return isRecord(value) && typeof value['httpVersion'] === 'string' && 'socket' in value;
}

function adapterRemedy(adapter: string, subpath: string): string {
  return `mount ${adapter}(handler) of "@realtime-session/server/${subpath}" instead`;
}

/** The most specific shapes come first: Express and Next extend the objects of Node. */
const frameworks: readonly Framework[] = [
  {
    name: 'Fastify',
    remedy: adapterRemedy('toFastifyHandler', 'fastify'),
    matches: ({ first, second }) => isNodeMessage(first['raw']) && hasFunctions(second, 'code', 'send'),
  },
  {
    name: 'Koa',
    remedy: adapterRemedy('toKoaHandler', 'koa'),
    matches: ({ first }) => isNodeMessage(first['req']) && 'res' in first && 'request' in first,
  },
  {
    name: 'Hono',
    remedy: adapterRemedy('toHonoHandler', 'hono'),
    matches: ({ first }) => isRecord(first['req']) && isWebRequest(first['req']['raw']),
  },
  {
    name: 'h3 1',
    remedy: `${adapterRemedy('toNodeHandler', 'node')}, inside fromNodeMiddleware()`,
    matches: ({ first }) => isRecord(first['node']) && isNodeMessage(first['node']['req']),
  },
  {
    name: 'h3',
    remedy: adapterRemedy('toH3Handler', 'h3'),
    matches: ({ first }) => isWebRequest(first['req']),
  },
  {
    name: 'SvelteKit',
    remedy: adapterRemedy('toSvelteKitHandler', 'sveltekit'),
    matches: ({ first }) => isWebRequest(first['request']) && hasFunctions(first, 'getClientAddress'),
  },
  {
    name: 'A framework that passes an object with a request (Astro, React Router, Cloudflare Pages)',
    remedy: 'pass the request: ({ request }) => handler(request)',
    matches: ({ first }) => isWebRequest(first['request']),
  },
  {
    name: 'AWS Lambda',
    remedy: adapterRemedy('toAwsLambdaHandler', 'aws-lambda'),
    matches: ({ first }) => isRecord(first['requestContext']) && 'headers' in first,
  },
  {
    name: 'Next (pages router)',
    remedy: adapterRemedy('toNextPagesHandler', 'next-pages'),
    matches: ({ first, second }) =>
      isNodeMessage(first) && hasFunctions(second, 'status', 'json', 'setPreviewData'),
  },
  {
    name: 'Express',
    remedy: adapterRemedy('toExpressHandler', 'express'),
    matches: ({ first, second }) => isNodeMessage(first) && hasFunctions(second, 'status', 'json'),
  },
  {
    name: 'A server of node:http',
    remedy: adapterRemedy('toNodeHandler', 'node'),
    matches: ({ first }) => isNodeMessage(first),
  },
];

/**
 * The error for a handler that a framework calls with its own objects. It names the adapter, because the framework would wait for
 * a response that the returned promise cannot give.
 */
export function mountError(first: unknown, second: unknown): TypeError {
  if (!isRecord(first)) {
    return new TypeError(
      `The handler was called with ${describeType(first)}; call it with a web-standard Request, or mount an adapter such as toExpressHandler(handler).`,
    );
  }
  const call = { first, second: isRecord(second) ? second : {} };
  const framework = frameworks.find(({ matches }) => matches(call));
  return framework === undefined
    ? new TypeError(
        'The handler was called with an object that is not a web-standard Request; mount an adapter such as toNodeHandler(handler) of "@realtime-session/server/node".',
      )
    : new TypeError(
        `${framework.name} called the handler with its own objects, not with a web-standard Request; ${framework.remedy}.`,
      );
}
