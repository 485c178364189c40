import type { Mint, Model } from './model.ts';
import type { TokenEvent } from './token-event.ts';

/** The part of a model that notes. */
type Moment = Pick<Model<unknown>, 'news' | 'now'>;

/** What an event says besides its moment. */
type News<E = TokenEvent> = E extends TokenEvent ? Omit<E, 'atMs'> : never;

/** What an event about a call says besides its moment and the call. */
type MintNews<E = TokenEvent> = E extends { attempt: number }
  ? Omit<E, 'atMs' | 'reason' | 'attempt'>
  : never;

/**
 * Notes what happened, to be told when the turn is over.
 *
 * @param model - What is known.
 * @param news - What happened.
 */
export function note(model: Moment, news: News): void {
  model.news.push({ atMs: model.now.wallMs, ...news });
}

/**
 * Notes what became of a call.
 *
 * @param model - What is known.
 * @param mint - The call.
 * @param news - What happened to it.
 */
export function noteMint(model: Moment, { reason, attempt }: Mint, news: MintNews): void {
  note(model, { reason, attempt, ...news });
}
