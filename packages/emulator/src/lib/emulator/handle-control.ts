import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { FAULT_TARGETS, FAULTS } from '../faults/catalog.ts';
import type { FaultName } from '../faults/catalog.ts';
import { invalidRequest } from '../http/http-error.ts';
import { readJson, validate } from '../http/request.ts';
import { sendResponse, toErrorResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import { parseScript } from '../script/parse-script.ts';
import { EmulatorOptionError } from '../shared/option-error.ts';
import { isOneOf } from '../state/host.ts';
import { CONTROL_PATHS } from './controls.ts';
import type { EmulatorControls, EmulatorStatus } from './controls.ts';
import { handleSessionControl } from './handle-session-control.ts';

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
        request: z.enum(['refused', 'processed']).exactOptional(),
      }),
      z.strictObject({ kind: z.literal('hang') }),
      z.strictObject({ kind: z.literal('latency'), ms: z.number() }),
      z.strictObject({ kind: z.literal('late-response'), ms: z.number() }),
      z.strictObject({ kind: z.literal('skew'), ms: z.number() }),
      z.strictObject({ kind: z.literal('not-found'), ms: z.number() }),
      z.strictObject({ kind: z.literal('close'), code: z.number(), ms: z.number().exactOptional() }),
    ]),
  ]),
  at: faultTargetSchema.exactOptional(),
  times: z.number().exactOptional(),
});

const advanceSchema = z.strictObject({ ms: z.number() });
const dropSchema = z.strictObject({ notice: z.enum(['none', 'immediate']).exactOptional() });

interface ControlOptions {
  readonly controls: EmulatorControls;
  /** Names and addresses of the emulator. */
  readonly hosts: readonly string[];
}

/** Handles one request to the control endpoint. */
export async function handleControl(
  { controls, hosts }: ControlOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const origin = requireHost(request, hosts);
    const cors = origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'origin' };
    if (request.method === 'OPTIONS') {
      const allow = {
        'access-control-allow-methods': 'GET, POST, PUT, DELETE',
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
  const sessionResponse = await handleSessionControl(controls, { request, pathname, searchParams, body });
  if (sessionResponse !== undefined) return sessionResponse;
  switch (`${request.method ?? 'GET'} ${pathname}`) {
    case `GET ${CONTROL_PATHS.status}`:
      return { status: 200, body: { ...getStatus(controls), catalog: FAULTS } };
    case `GET ${CONTROL_PATHS.calls}`:
      return { status: 200, body: controls.calls() };
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
    case `PUT ${CONTROL_PATHS.script}`:
    case `POST ${CONTROL_PATHS.script}`:
      controls.setScript(parseScript(body));
      break;
    case `DELETE ${CONTROL_PATHS.script}`:
      controls.setScript(undefined);
      break;
    case `POST ${CONTROL_PATHS.drop}`:
      await controls.dropSessions(validate(dropSchema, body));
      break;
    case `POST ${CONTROL_PATHS.advance}`:
      controls.advance(validate(advanceSchema, body).ms);
      break;
    default:
      throw invalidRequest(404, {
        message: `Unknown control path; use GET ${CONTROL_PATHS.status}, GET ${CONTROL_PATHS.calls}, POST or DELETE ${CONTROL_PATHS.faults}, POST ${CONTROL_PATHS.drop}, POST ${CONTROL_PATHS.advance}, PUT or DELETE ${CONTROL_PATHS.script}, or the paths below ${CONTROL_PATHS.sessions}.`,
        code: 'not_found',
      });
  }
  return { status: 200, body: getStatus(controls) };
}

function getStatus(controls: EmulatorControls): EmulatorStatus {
  return {
    stats: controls.stats(),
    sessions: controls.sessions(),
    unmatchedTurns: controls.unmatchedTurns(),
    faults: controls.faults(),
  };
}

function toControlError(error: unknown): HttpResponse {
  if (error instanceof EmulatorOptionError)
    return toErrorResponse(invalidRequest(400, { message: error.message, code: 'invalid_value' }));
  return toErrorResponse(error);
}

/**
 * Rejects requests from web pages on other hosts, which can reach this machine: by their `Origin`, and by their `Host` if their
 * domain resolves to it (DNS rebinding). Returns the origin of a page on one of the hosts. Throws {@link HttpError} 403
 * `not_from_this_machine`.
 */
function requireHost({ headers }: IncomingMessage, hosts: readonly string[]): string | undefined {
  const { host = '', origin } = headers;
  const [, originHost = ''] = /^https?:\/\/(.+)$/.exec(origin ?? '') ?? [];
  if (isOneOf(hosts, host) && (origin === undefined || isOneOf(hosts, originHost))) return origin;
  throw invalidRequest(403, {
    message: `The emulator can be controlled by its own names only; use its address on one of ${hosts.join(', ')}.`,
    code: 'not_from_this_machine',
  });
}
