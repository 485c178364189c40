import type { IncomingMessage } from 'node:http';
import { invalidRequest } from '../http/http-error.ts';
import { requireApiKey } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import type { EmulatorContext } from '../state/context.ts';
import { listModels } from '../state/models.ts';
import type { Model } from '../state/models.ts';

/** The emulator does not know when a model was created: 2025-01-01 for all. */
const CREATED_SECONDS = 1_735_689_600;

/**
 * Handles `GET /v1/models` and `GET /v1/models/{name}`: the models that exist at the emulator's time, with their announced
 * `shutdown_date`. Throws {@link HttpError} 401 without an API key, and 404 `model_not_found` for an unknown name.
 */
export function getModels(
  context: EmulatorContext,
  request: IncomingMessage,
  name: string | undefined,
): HttpResponse {
  requireApiKey(context.settings.apiKeys, request);
  const models = listModels(context);
  if (name === undefined) return { status: 200, body: { object: 'list', data: models.map(toModelObject) } };
  const model = models.find((candidate) => encodeURIComponent(candidate.name) === name);
  if (model !== undefined) return { status: 200, body: toModelObject(model) };
  throw invalidRequest(404, {
    message: 'The model does not exist or you do not have access to it. GET /v1/models lists the models.',
    param: 'model',
    code: 'model_not_found',
  });
}

function toModelObject({ name, kind, shutdownDate }: Model): object {
  const owned_by = kind === 'added' ? 'emulator' : 'system';
  return {
    id: name,
    object: 'model',
    created: CREATED_SECONDS,
    owned_by,
    shutdown_date: shutdownDate ?? null,
  };
}
