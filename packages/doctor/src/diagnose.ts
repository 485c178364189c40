import { checkIds } from './check.ts';
import type { Check, CheckId } from './check.ts';
import { checkLive } from './live-check.ts';
import { checkModels } from './model-check.ts';
import { createModelList } from './model-list.ts';
import { hasToken, sendProbe } from './probe.ts';
import type { Probe, ProbeResponse, Target } from './probe.ts';
import {
  checkAnonymous,
  checkClock,
  checkCrossSite,
  checkGeneration,
  checkMethod,
  checkSecrets,
  checkTransport,
} from './route-checks.ts';
import { checkToken } from './token-checks.ts';

const methods = ['POST', 'GET'] as const;

async function probeAs(target: Target, caller: Probe['caller']): Promise<ProbeResponse[]> {
  const responses: ProbeResponse[] = [];
  // Sequential: a mint route can limit concurrent requests.
  for (const method of methods) {
    responses.push(await sendProbe(target, { method, caller, site: 'same-origin' }));
  }
  return responses;
}

/**
 * Examines a mint route from outside: without credentials, as a user when there are credentials, and as a page on another
 * site. Sends at most five requests, and each of them can mint a token.
 *
 * Resolves with one result for each check that is not ignored, in the order of {@link checkIds}. Rejects with what `fetch`
 * throws when the route does not respond.
 */
export async function diagnose(target: Target, ignored: ReadonlySet<CheckId>): Promise<Check[]> {
  const anonymous = await probeAs(target, 'anonymous');
  const authenticated = Object.keys(target.credentials).length > 0 ? await probeAs(target, 'user') : [];
  // A user's response shows more than an anonymous one, and POST is the method that clients use.
  const sameOrigin = [...authenticated, ...anonymous];
  const minted = sameOrigin.find(hasToken);
  const best = minted ?? sameOrigin[0];
  if (best === undefined) return [];
  const { method, caller } = best.probe;
  const crossSite = await sendProbe(target, { method, caller, site: 'cross-site' });
  const all = [...sameOrigin, crossSite];
  const listModels = createModelList(target);
  const checks = [
    checkTransport(target),
    checkAnonymous(anonymous),
    checkCrossSite(crossSite, minted),
    checkMethod(sameOrigin),
    checkGeneration(all, minted),
    ...checkToken(best, minted),
    ...(ignored.has('models') ? [] : [await checkModels(target, minted, listModels)]),
    ...(ignored.has('live') ? [] : await checkLive({ target, responses: all, minted, listModels })),
    checkSecrets(all, minted),
    checkClock(best),
  ];
  return checkIds.flatMap((id) => checks.filter((check) => check.id === id && !ignored.has(id)));
}
