import type { UnknownFields } from '../options.ts';
import { isOpenAiUrl } from '../upstream/providers.ts';
import type { TokenUpstream, Upstream } from '../upstream/providers.ts';
import type { UnknownRecord } from '../validate.ts';
import { checkAllowPaths, readClientRequest } from './client.ts';
import type { ClientRequest, ClientRules } from './client.ts';
import { parseParams } from './params.ts';
import type { ParsedParams, ParseParams } from './params.ts';
import { planSession } from './plan.ts';
import type { PlanInput, SessionPlan } from './plan.ts';
import {
  checkTranslationAllowPaths,
  parseTranslationParams,
  planTranslation,
  readTranslationRequest,
} from './translation.ts';

/** How sessions of one call for tokens are checked and put together. */
interface TokenRules {
  readonly parse: ParseParams;
  /** Checks the dotted paths of `allow`. Throws a `TypeError`. */
  readonly checkAllowPaths: (paths: readonly string[], unknownFields: UnknownFields) => readonly string[];
  /** Makes sure that the upstream can open the owner's session. Throws a `TypeError` with the remedy. */
  readonly checkSession: (parsed: ParsedParams) => ParsedParams;
  /** Reads what a client asks for, as far as the rules let it. Rejects with a `ProblemError`. */
  readonly readRequest: (
    body: UnknownRecord,
    rules: ClientRules,
    unknownFields: UnknownFields,
  ) => Promise<ClientRequest>;
  /** Throws a `ProblemError` if the parameters of client and owner conflict. */
  readonly plan: (input: Omit<PlanInput, 'api'>) => SessionPlan;
}

/** Makes sure that the upstream has a call for these parameters. */
function checkTranscription(parsed: ParsedParams, upstream: Upstream): void {
  const needsTranscriptionUrl = parsed.kind === 'transcription' && upstream.api === 'sessions';
  if (!needsTranscriptionUrl || upstream.transcriptionUrl !== undefined) return;
  throw new TypeError(
    'session is a transcription session, and the upstream has no `transcriptionUrl`; create the upstream with compatible().',
  );
}

function modelOf({ params }: ParsedParams): string | undefined {
  return 'model' in params ? params.model : undefined;
}

/** Models that OpenAI's call for conversations does not serve, and what to do about one. */
const foreignModels: readonly (readonly [model: RegExp, remedy: string])[] = [
  [
    /^gpt-live-\d/,
    'is a model of the Live API, which has no tokens; use createCallHandler() with openaiLive()',
  ],
  [/^gpt-realtime-translate/, 'is a model for translations; set `upstream: openaiTranslations()`'],
];

/** Refuses a model that OpenAI serves elsewhere. On other upstreams, a model can have any name. */
function checkModel(parsed: ParsedParams, { url }: Upstream): void {
  const model = modelOf(parsed);
  const [, remedy] = foreignModels.find(([pattern]) => model !== undefined && pattern.test(model)) ?? [];
  if (model === undefined || remedy === undefined || !isOpenAiUrl(url)) return;
  throw new TypeError(`session.model: "${model.slice(0, 64)}" ${remedy}.`);
}

function realtimeRules(upstream: Upstream): TokenRules {
  return {
    parse: parseParams,
    checkAllowPaths,
    checkSession(parsed) {
      checkTranscription(parsed, upstream);
      checkModel(parsed, upstream);
      return parsed;
    },
    readRequest: readClientRequest,
    plan: (input) => planSession({ ...input, api: upstream.api }),
  };
}

const OTHER_MODEL = /^gpt-(?:live|audio|realtime(?!-translate))/;

function translationRules({ url }: TokenUpstream): TokenRules {
  return {
    parse: parseTranslationParams,
    checkAllowPaths: checkTranslationAllowPaths,
    checkSession(parsed) {
      const model = modelOf(parsed);
      if (model === undefined)
        throw new TypeError(
          'session.model is missing; set a model for translations, such as "gpt-realtime-translate".',
        );
      if (!OTHER_MODEL.test(model) || !isOpenAiUrl(url)) return parsed;
      throw new TypeError(
        `session.model: "${model.slice(0, 64)}" is not a model for translations; use one such as "gpt-realtime-translate".`,
      );
    },
    readRequest: readTranslationRequest,
    plan: planTranslation,
  };
}

/** The rules for the tokens of an upstream. */
export function tokenRules(upstream: TokenUpstream): TokenRules {
  return upstream.api === 'translations' ? translationRules(upstream) : realtimeRules(upstream);
}
