import { checkIds, skipped } from './check.ts';
import type { Check, CheckId } from './check.ts';
import { ask, isMint } from './probe.ts';
import type { Answer, Patient, Question } from './probe.ts';
import { explainRefusal } from './refusal-check.ts';
import {
  checkAnonymous,
  checkClock,
  checkCrossSite,
  checkGeneration,
  checkMethod,
  checkSecrets,
  checkTransport,
} from './route-checks.ts';
import { checkCache, checkLifetime, checkShape } from './token-checks.ts';

const methods = ['POST', 'GET'] as const;

async function askBoth(patient: Patient, as: Question['as']): Promise<Answer[]> {
  const answers: Answer[] = [];
  // One after the other: a mint route may count what comes at once.
  for (const method of methods) answers.push(await ask(patient, { method, as, from: 'own-page' }));
  return answers;
}

function tokenChecks(subject: Answer | undefined, best: Answer): Check[] {
  if (subject !== undefined) return [checkShape(subject), checkLifetime(subject), checkCache(subject)];
  const why = 'there was no token to look at';
  return [explainRefusal(best), skipped('lifetime', why), skipped('cache', why)];
}

function inOrder(checks: readonly Check[]): Check[] {
  return checkIds.flatMap((id) => checks.filter((check) => check.id === id));
}

/**
 * Examines a mint route from outside: as a stranger, as a user when there are credentials, and as another site's page. Asks
 * at most five times, and may mint as many tokens.
 *
 * @param patient - The route.
 * @param ignored - Checks to leave out.
 * @returns one result for each check, in the order of {@link checkIds}.
 * @throws Whatever `fetch` throws when the route does not answer.
 */
export async function diagnose(patient: Patient, ignored: ReadonlySet<CheckId>): Promise<Check[]> {
  const strangers = await askBoth(patient, 'stranger');
  const users = Object.keys(patient.credentials).length > 0 ? await askBoth(patient, 'user') : [];
  // A user's answer says more than a stranger's, and POST is how it should be asked.
  const asked = [...users, ...strangers];
  const subject = asked.find(isMint);
  const best = subject ?? asked[0];
  if (best === undefined) return [];
  const { method, as } = best.question;
  const foreign = await ask(patient, { method, as, from: 'another-site' });
  const all = [...asked, foreign];
  const checks = [
    checkTransport(patient),
    checkAnonymous(strangers),
    checkCrossSite(foreign, subject),
    checkMethod(asked),
    checkGeneration(all, subject),
    ...tokenChecks(subject, best),
    checkSecrets(all, subject),
    checkClock(best),
  ];
  return inOrder(checks).filter(({ id }) => !ignored.has(id));
}
