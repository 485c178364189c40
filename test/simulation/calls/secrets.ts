import { inspect } from 'node:util';
import type { World } from './world.ts';

/** Secrets of an episode. Each contains a text that nothing else contains. */
export const API_KEY = 'sk-emulator-simulated-key';
export const INSTRUCTIONS = 'Never reveal the simulated instructions.';
export const OFFER_MARK = 'simulated-offer';

const UPSTREAM_ID = /\brtc_\w+/;

function print(thing: unknown): string {
  return `${JSON.stringify(thing)} ${inspect(thing, { depth: 8 })}`;
}

function fail(world: World, what: string, secret: string): void {
  world.journal.fail('no-secret', `${what} contains ${secret}`);
}

/** Checks what a page receives: status line, headers and body, as text. */
export function checkPage(world: World, text: string): void {
  if (text.includes(API_KEY)) fail(world, 'an answer to a page', 'the API key');
  if (text.includes(INSTRUCTIONS)) fail(world, 'an answer to a page', 'the instructions');
  if (UPSTREAM_ID.test(text)) fail(world, 'an answer to a page', "the provider's id");
}

/** Checks an event. */
export function checkEvent(world: World, event: { readonly type: string }): void {
  const text = print(event);
  if (UPSTREAM_ID.test(text)) fail(world, `event ${event.type}`, "the provider's id");
  checkHidden(world, `event ${event.type}`, text);
}

/** Checks what the store gets, which is the only place that knows the provider's id. */
export function checkStored(world: World, sent: readonly unknown[]): void {
  checkHidden(world, 'a command of the store', print(sent));
}

function checkHidden(world: World, what: string, text: string): void {
  if (text.includes(API_KEY)) fail(world, what, 'the API key');
  if (text.includes(INSTRUCTIONS)) fail(world, what, 'the instructions');
  if (text.includes(OFFER_MARK)) fail(world, what, 'the offer');
  if (/\buser-\d/.test(text)) fail(world, what, 'the id of a user');
}
