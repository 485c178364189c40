import type { IncomingMessage, ServerResponse } from 'node:http';
import { FAULTS } from '../faults/fault-catalog.ts';
import { ApiFailure, invalidRequest } from '../http/api-failure.ts';
import { readJson } from '../http/read-json.ts';
import { failureAnswer, sendAnswer } from '../http/send-answer.ts';
import type { Answer } from '../http/send-answer.ts';
import { EmulatorOptionError } from '../options/emulator-option-error.ts';
import { advanceSchema, controlBody, emptySchema, failSchema, placeSchema } from './control-body.ts';
import { CONTROL_PATHS } from './control-path.ts';
import type { EmulatorControls } from './emulator-controls.ts';
import { fromThisMachine } from './from-this-machine.ts';

/** What the control endpoint says of an emulator. Holds no token, key or instructions. */
export type EmulatorStatus = {
  readonly [Name in 'stats' | 'sessions' | 'faults']: ReturnType<EmulatorControls[Name]>;
};

/**
 * Answers one request to the control endpoint.
 *
 * @param controls - The emulator's controls.
 * @param request - Node's request.
 * @param response - Node's response.
 */
export async function handleControl(
  controls: EmulatorControls,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const origin = fromThisMachine(request);
    const cors = origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'origin' };
    if (request.method === 'OPTIONS') {
      const allow = {
        'access-control-allow-methods': 'GET, POST, DELETE',
        'access-control-allow-headers': 'content-type',
      };
      response.writeHead(204, { ...cors, ...allow }).end();
      return;
    }
    const answer = await carryOut(controls, request).catch(explain);
    sendAnswer(response, { ...answer, headers: { ...cors, 'cache-control': 'no-store' } });
  } catch (error) {
    sendAnswer(response, explain(error));
  }
}

async function carryOut(controls: EmulatorControls, request: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = await readJson(request);
  switch (`${request.method ?? 'GET'} ${pathname}`) {
    case `GET ${CONTROL_PATHS.status}`:
      return ok({ ...statusOf(controls), catalog: FAULTS });
    case `POST ${CONTROL_PATHS.faults}`: {
      const { fault, ...scope } = controlBody(failSchema, body);
      controls.fail(fault, scope);
      return ok(statusOf(controls));
    }
    case `DELETE ${CONTROL_PATHS.faults}`: {
      const at = searchParams.get('at');
      controls.clearFaults(at === null ? undefined : controlBody(placeSchema, at));
      return ok(statusOf(controls));
    }
    case `POST ${CONTROL_PATHS.drop}`:
      controlBody(emptySchema, body);
      await controls.dropSessions();
      return ok(statusOf(controls));
    case `POST ${CONTROL_PATHS.advance}`:
      controls.advance(controlBody(advanceSchema, body).ms);
      return ok(statusOf(controls));
    default:
      throw invalidRequest(404, {
        message: `Nothing to control there. The paths are GET ${CONTROL_PATHS.status}, POST and DELETE ${CONTROL_PATHS.faults}, POST ${CONTROL_PATHS.drop} and POST ${CONTROL_PATHS.advance}.`,
        code: 'not_found',
      });
  }
}

function statusOf(controls: EmulatorControls): EmulatorStatus {
  return { stats: controls.stats(), sessions: controls.sessions(), faults: controls.faults() };
}

function ok(body: object): Answer {
  return { status: 200, body };
}

function explain(error: unknown): Answer {
  if (error instanceof ApiFailure) return failureAnswer(error);
  if (error instanceof EmulatorOptionError)
    return failureAnswer(invalidRequest(400, { message: error.message, code: 'invalid_value' }));
  return failureAnswer(
    new ApiFailure(500, { message: 'The emulator failed to answer.', type: 'server_error' }),
  );
}
