import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { HttpError, invalidRequest } from '../http/http-error.ts';
import { validate } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import type { EmulatorSession } from '../journal/session-handle.ts';
import { EmulatorSessionError } from '../journal/wait-for-event.ts';
import { parseScript } from '../script/parse-script.ts';
import { sessionMatchSchema } from '../script/session-match.ts';
import { CONTROL_PATHS } from './controls.ts';
import type { EmulatorControls } from './controls.ts';

/** A request to the control endpoint. */
interface ControlRequest {
  readonly request: IncomingMessage;
  readonly pathname: string;
  readonly searchParams: URLSearchParams;
  readonly body: unknown;
}

const waitForSessionSchema = z.strictObject({
  match: sessionMatchSchema.exactOptional(),
  timeoutMs: z.number().exactOptional(),
});
const waitForEventSchema = z.strictObject({
  match: z.union([z.string(), z.record(z.string(), z.unknown())]),
  direction: z.enum(['received', 'sent']).exactOptional(),
  from: z.enum(['start', 'now']).exactOptional(),
  nth: z.number().exactOptional(),
  timeoutMs: z.number().exactOptional(),
});
const eventSchema = z.looseObject({ type: z.string() });
const whichSchema = z.enum(['open', 'all']);

/** Handles the requests below `/_emulator/sessions`; returns `undefined` for any other request. */
export async function handleSessionControl(
  controls: EmulatorControls,
  { request: { method = 'GET' }, pathname, searchParams, body }: ControlRequest,
): Promise<HttpResponse | undefined> {
  switch (`${method} ${pathname}`) {
    case `GET ${CONTROL_PATHS.sessions}`: {
      const which = validate(whichSchema, searchParams.get('which') ?? 'open');
      return { status: 200, body: controls.sessions(which) };
    }
    case `POST ${CONTROL_PATHS.waitForSession}`: {
      const { match, ...options } = validate(waitForSessionSchema, body);
      return { status: 200, body: await controls.waitForSession(match, options).catch(toHttpError) };
    }
    default:
      return handleSession(controls, { method, pathname, body });
  }
}

async function handleSession(
  controls: EmulatorControls,
  { method, pathname, body }: { readonly method: string; readonly pathname: string; readonly body: unknown },
): Promise<HttpResponse | undefined> {
  const [, id, action] =
    /^\/sessions\/(\w+)(\/\w+)?$/.exec(pathname.slice(CONTROL_PATHS.status.length)) ?? [];
  if (id === undefined) return undefined;
  const session = controls.session(id);
  if (session === undefined)
    throw invalidRequest(404, { message: 'There is no session with this id.', code: 'session_not_found' });
  return runAction(session, `${method} ${action ?? ''}`, body);
}

async function runAction(
  session: EmulatorSession,
  action: string,
  body: unknown,
): Promise<HttpResponse | undefined> {
  switch (action) {
    case 'GET ':
      return { status: 200, body: { session, state: session.state(), journal: session.journal() } };
    case 'POST /wait': {
      const { match, ...options } = validate(waitForEventSchema, body);
      return { status: 200, body: await session.waitFor(match, options).catch(toHttpError) };
    }
    case 'POST /events':
      try {
        session.push(validate(eventSchema, body));
      } catch (error) {
        toHttpError(error);
      }
      return { status: 200, body: session };
    case 'PUT /script':
    case 'POST /script':
      session.setScript(parseScript(body));
      return { status: 200, body: session };
    default:
      return undefined;
  }
}

const STATUS = { timeout: 408, closed: 409 } as const;

/** Throws {@link HttpError} for an {@link EmulatorSessionError}, and any other error unchanged. */
function toHttpError(error: unknown): never {
  if (!(error instanceof EmulatorSessionError)) throw error;
  const { code, message } = error;
  throw new HttpError(STATUS[code], { type: 'emulator_session_error', code, message });
}
