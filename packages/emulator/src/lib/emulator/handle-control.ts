import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { FAULT_TARGETS, FAULTS } from '../faults/catalog.ts';
import type { FaultName } from '../faults/catalog.ts';
import { invalidRequest } from '../http/http-error.ts';
import { readJson, validate } from '../http/request.ts';
import { sendResponse, toErrorResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import { EmulatorOptionError } from '../shared/option-error.ts';
import { CONTROL_PATHS } from './controls.ts';
import type { EmulatorControls, EmulatorStatus } from './controls.ts';

const faultNameSchema = z.enum(Object.keys(FAULTS) as [FaultName, ...FaultName[]]); // the keys of the catalog
const faultTargetSchema = z.enum(FAULT_TARGETS);

/** The range of each number is checked when the fault is activated. */
const failSchema = z.strictObject({
  fault: z.union([
    faultNameSchema,
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('status'),
        status: z.number(),
        body: z.unknown().exactOptional(),
        headers: z.record(z.string(), z.string()).exactOptional(),
      }),
      z.strictObject({ kind: z.literal('hang') }),
      z.strictObject({ kind: z.literal('latency'), ms: z.number() }),
      z.strictObject({ kind: z.literal('skew'), ms: z.number() }),
    ]),
  ]),
  at: faultTargetSchema.exactOptional(),
  times: z.number().exactOptional(),
});

const advanceSchema = z.strictObject({ ms: z.number() });
const emptySchema = z.strictObject({});

/** Handles one request to the control endpoint. */
export async function handleControl(
  controls: EmulatorControls,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const origin = requireLoopback(request);
    const cors = origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'origin' };
    if (request.method === 'OPTIONS') {
      const allow = {
        'access-control-allow-methods': 'GET, POST, DELETE',
        'access-control-allow-headers': 'content-type',
      };
      response.writeHead(204, { ...cors, ...allow }).end();
      return;
    }
    const result = await route(controls, request).catch(toControlError);
    sendResponse(response, { ...result, headers: { ...cors, 'cache-control': 'no-store' } });
  } catch (error) {
    sendResponse(response, toControlError(error));
  }
}

async function route(controls: EmulatorControls, request: IncomingMessage): Promise<HttpResponse> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = await readJson(request);
  switch (`${request.method ?? 'GET'} ${pathname}`) {
    case `GET ${CONTROL_PATHS.status}`:
      return { status: 200, body: { ...getStatus(controls), catalog: FAULTS } };
    case `POST ${CONTROL_PATHS.faults}`: {
      const { fault, ...scope } = validate(failSchema, body);
      controls.fail(fault, scope);
      break;
    }
    case `DELETE ${CONTROL_PATHS.faults}`: {
      const at = searchParams.get('at');
      controls.clearFaults(at === null ? undefined : validate(faultTargetSchema, at));
      break;
    }
    case `POST ${CONTROL_PATHS.drop}`:
      validate(emptySchema, body);
      await controls.dropSessions();
      break;
    case `POST ${CONTROL_PATHS.advance}`:
      controls.advance(validate(advanceSchema, body).ms);
      break;
    default:
      throw invalidRequest(404, {
        message: `Unknown control path; use GET ${CONTROL_PATHS.status}, POST or DELETE ${CONTROL_PATHS.faults}, POST ${CONTROL_PATHS.drop} or POST ${CONTROL_PATHS.advance}.`,
        code: 'not_found',
      });
  }
  return { status: 200, body: getStatus(controls) };
}

function getStatus(controls: EmulatorControls): EmulatorStatus {
  return { stats: controls.stats(), sessions: controls.sessions(), faults: controls.faults() };
}

function toControlError(error: unknown): HttpResponse {
  if (error instanceof EmulatorOptionError)
    return toErrorResponse(invalidRequest(400, { message: error.message, code: 'invalid_value' }));
  return toErrorResponse(error);
}

/**
 * Rejects requests from web pages on other hosts, which can reach this machine: by their `Origin`, and by their `Host` if their
 * domain resolves to it (DNS rebinding). Returns the origin of a page on this machine. Throws {@link HttpError} 403
 * `not_from_this_machine`.
 */
function requireLoopback({ headers }: IncomingMessage): string | undefined {
  const { host = '', origin } = headers;
  const [, originHost = ''] = /^https?:\/\/(.+)$/.exec(origin ?? '') ?? [];
  if (isLoopbackHost(host) && (origin === undefined || isLoopbackHost(originHost))) return origin;
  throw invalidRequest(403, {
    message: 'The emulator can be controlled from this machine only; use its address on 127.0.0.1.',
    code: 'not_from_this_machine',
  });
}

function isLoopbackHost(host: string): boolean {
  return /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/.test(host);
}
