import { checkNames, describeType, isRecord, readMember } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallCost } from './call-options.ts';
import type { BillableUsage } from './call-upstream.ts';

/** Price of a million tokens. */
export interface TokenPrice {
  /** Input that is not cached. */
  readonly input: number;
  /** Cached input, which is a part of the input. Default: the same as `input`. */
  readonly cachedInput?: number;
  /** Output. Default 0. */
  readonly output?: number;
}

/** Prices of a model that is billed by tokens. */
export interface TokenPrices {
  /** Text, which includes instructions, tools and transcripts. */
  readonly text: TokenPrice;
  /** Speech. */
  readonly audio: TokenPrice;
  /** Images. Default: the highest of the other prices. */
  readonly image?: TokenPrice;
}

/** Price of a model that is billed by time. */
export interface MinutePrice {
  /** Price of a minute. */
  readonly perMinute: number;
}

/** Options of {@link openaiPrices}. */
export interface OpenAiPricesOptions {
  /**
   * Prices in addition to the known ones, or instead of them, by model: its prices, or the name of a known model with the same
   * prices. A model without speech, such as one to which a Live session delegates, has one {@link TokenPrice}. On Azure, the model is the
   * name of your deployment. Default: none.
   */
  readonly models?: Readonly<Record<string, TokenPrices | TokenPrice | MinutePrice | string>>;
}

type ModelPrice = TokenPrices | MinutePrice;

/** The day on which the prices of {@link openaiPrices} were last compared with OpenAI's model pages, as `YYYY-MM-DD`. */
export const PRICES_READ_ON = '2026-11-26';

const realtime2: TokenPrices = {
  text: { input: 4, cachedInput: 0.4, output: 24 },
  audio: { input: 32, cachedInput: 0.4, output: 64 },
  image: { input: 5, cachedInput: 0.5 },
};

const realtime1: TokenPrices = { ...realtime2, text: { input: 4, cachedInput: 0.4, output: 16 } };

const realtimeMini: TokenPrices = {
  text: { input: 0.6, cachedInput: 0.06, output: 2.4 },
  audio: { input: 10, cachedInput: 0.3, output: 20 },
  image: { input: 0.8, cachedInput: 0.08 },
};

function transcriptionPrices(input: number, output: number): TokenPrices {
  return { text: { input, output }, audio: { input, output } };
}

/** US dollars. Source: the page of each model in OpenAI's documentation. */
const knownPrices: Readonly<Record<string, ModelPrice>> = {
  'gpt-realtime-2.1': realtime2,
  'gpt-realtime-2.1-mini': realtimeMini,
  'gpt-realtime-2': realtime2,
  'gpt-realtime-1.5': realtime1,
  'gpt-realtime': realtime1,
  'gpt-realtime-mini': realtimeMini,
  'gpt-live-transcribe': { perMinute: 0.017 },
  'gpt-realtime-whisper': { perMinute: 0.017 },
  'gpt-transcribe': { perMinute: 0.0045 },
  'gpt-4o-transcribe': transcriptionPrices(2.5, 10),
  'gpt-4o-mini-transcribe': transcriptionPrices(1.25, 5),
  'whisper-1': { perMinute: 0.006 },
  'gpt-live-1': { perMinute: 0.05 },
  'gpt-live-1.1': { perMinute: 0.05 },
};

const SNAPSHOT_DATE = /-\d{4}-\d{2}-\d{2}$/;
const TOKENS_PER_PRICE = 1_000_000;

/** The API counts one token for 100 ms of a user's speech. */
const AUDIO_TOKENS_PER_SECOND = 10;

function count(record: UnknownRecord, key: string): number {
  const value = readMember(record, key);
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

function recordOf(record: UnknownRecord, key: string): UnknownRecord {
  const value = readMember(record, key);
  return isRecord(value) ? value : {};
}

/** Tokens of one kind, and their price. */
interface Share {
  readonly tokens: number;
  readonly cached: number;
  readonly price: number;
  /** What is saved for a cached token. */
  readonly saving: number;
}

function inputShares(details: UnknownRecord, { text, audio, image }: TokenPrices): readonly Share[] {
  const cachedDetails = recordOf(details, 'cached_tokens_details');
  const toShare = (key: string, { input, cachedInput = input }: TokenPrice): Share => {
    const tokens = count(details, key);
    return {
      tokens,
      cached: Math.min(count(cachedDetails, key), tokens),
      price: input,
      saving: input - cachedInput,
    };
  };
  return [
    toShare('text_tokens', text),
    toShare('audio_tokens', audio),
    toShare('image_tokens', image ?? (audio.input > text.input ? audio : text)),
  ];
}

/** Subtracts cached tokens whose kind is not known where they save least. */
function savingOf(cached: number, shares: readonly Share[]): number {
  let left = cached;
  let saved = 0;
  for (const share of [...shares].sort((one, other) => one.saving - other.saving)) {
    const taken = Math.min(left, share.tokens - share.cached);
    left -= taken;
    saved += taken * share.saving;
  }
  return saved;
}

/**
 * Cached tokens are a part of the input. Tokens whose kind is not known have the highest price. The Responses API has another name for the
 * details.
 */
function inputCost(usage: UnknownRecord, prices: TokenPrices): number {
  const details = { ...recordOf(usage, 'input_token_details'), ...recordOf(usage, 'input_tokens_details') };
  const known = inputShares(details, prices);
  const rest: Share = {
    tokens: Math.max(0, count(usage, 'input_tokens') - sum(known.map(({ tokens }) => tokens))),
    cached: 0,
    price: Math.max(...known.map(({ price }) => price)),
    saving: Math.min(...known.map(({ saving }) => saving)),
  };
  const shares = [...known, rest];
  const cachedRest = count(details, 'cached_tokens') - sum(known.map(({ cached }) => cached));
  const full = sum(shares.map(({ tokens, cached, price, saving }) => tokens * price - cached * saving));
  return full - savingOf(Math.max(0, cachedRest), shares);
}

function outputCost(usage: UnknownRecord, { text, audio }: TokenPrices): number {
  const details = recordOf(usage, 'output_token_details');
  const textTokens = count(details, 'text_tokens');
  const audioTokens = count(details, 'audio_tokens');
  const rest = Math.max(0, count(usage, 'output_tokens') - textTokens - audioTokens);
  const [textPrice, audioPrice] = [text.output ?? 0, audio.output ?? 0];
  return textTokens * textPrice + audioTokens * audioPrice + rest * Math.max(textPrice, audioPrice);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The length of speech: as reported, or by its tokens. */
function readSeconds(usage: UnknownRecord): number {
  const audioTokens = count(recordOf(usage, 'input_token_details'), 'audio_tokens');
  return count(usage, 'seconds') || (audioTokens || count(usage, 'input_tokens')) / AUDIO_TOKENS_PER_SECOND;
}

function costOfTokens(usage: UnknownRecord, prices: TokenPrices): number | undefined {
  // Billed by time, so that the prices of tokens do not apply.
  if (count(usage, 'seconds') > 0) return undefined;
  return (inputCost(usage, prices) + outputCost(usage, prices)) / TOKENS_PER_PRICE;
}

function costOf(billed: BillableUsage, price: ModelPrice): number | undefined {
  const usage = billed.type === 'seconds' ? { seconds: billed.seconds } : billed.usage;
  return 'perMinute' in price ? (readSeconds(usage) / 60) * price.perMinute : costOfTokens(usage, price);
}

function checkAmount(path: string, amount: unknown): void {
  if (typeof amount === 'number' && Number.isFinite(amount) && amount >= 0) return;
  throw new TypeError(`${path} must be a price of 0 or more.`);
}

function checkTokenPrice(path: string, price: unknown): void {
  if (!isRecord(price) || price['input'] === undefined)
    throw new TypeError(`${path} must be prices of a million tokens, such as { input: 4, output: 16 }.`);
  checkNames(path, price, ['input', 'cachedInput', 'output']);
  for (const [name, amount] of Object.entries(price)) {
    if (amount !== undefined) checkAmount(`${path}.${name}`, amount);
  }
}

function checkModelPrice(path: string, price: ModelPrice | TokenPrice | string): ModelPrice {
  if (typeof price === 'string') {
    const known = findPrice(new Map(Object.entries(knownPrices)), price);
    if (known !== undefined) return known;
    throw new TypeError(
      `${path} names a model that has no known price; known are ${Object.keys(knownPrices).join(', ')}.`,
    );
  }
  const given: unknown = price;
  if (!isRecord(given))
    throw new TypeError(`${path} must be prices or the name of a model, not ${describeType(given)}.`);
  if ('perMinute' in price) {
    checkNames(path, price, ['perMinute']);
    checkAmount(`${path}.perMinute`, price.perMinute);
    return price;
  }
  if ('input' in price) {
    checkTokenPrice(path, price);
    return { text: price, audio: price };
  }
  checkNames(path, price, ['text', 'audio', 'image', 'perMinute']);
  checkTokenPrice(`${path}.text`, price.text);
  checkTokenPrice(`${path}.audio`, price.audio);
  if (price.image !== undefined) checkTokenPrice(`${path}.image`, price.image);
  return price;
}

/** A dated snapshot costs as much as its model. */
function findPrice(prices: ReadonlyMap<string, ModelPrice>, model: string): ModelPrice | undefined {
  return prices.get(model) ?? prices.get(model.replace(SNAPSHOT_DATE, ''));
}

/**
 * The prices of OpenAI's Realtime, Live and transcription models, in US dollars, for the option `budget.cost`. They were read on
 * {@link PRICES_READ_ON} and do not update themselves: compare them with your invoices, and correct them with `models`. Dated
 * snapshots cost as much as their model.
 *
 * Live models cost the price of active time, also in standby. The models to which a Live session delegates are not known: add their prices.
 *
 * A budget needs an upper bound, so what the API does not break down has the highest price that applies: tokens of an unknown
 * kind count as speech, and cached tokens of an unknown kind count where they save least.
 *
 * @param options - Other prices.
 * @returns a function that returns the cost of a response or a transcription, or `undefined` if its model has no price. With a
 * `usage` of `{}`, it shows whether a model has a price.
 * @throws TypeError If a price is not valid.
 *
 * @example
 * ```ts
 * const models = { 'my-deployment': 'gpt-realtime-2.1', 'my-transcriber': { perMinute: 0.01 } };
 * const cost = openaiPrices({ models });
 * const usage = { output_tokens: 1000, output_token_details: { text_tokens: 1000 } };
 * cost({ type: 'response', model: 'my-deployment', usage }); // 0.024
 * ```
 */
export function openaiPrices(options: OpenAiPricesOptions = {}): CallCost {
  checkNames('openaiPrices()', options, ['models']);
  const own = Object.entries(options.models ?? {}).map(
    ([model, price]) => [model, checkModelPrice(`models["${model}"]`, price)] as const,
  );
  const prices: ReadonlyMap<string, ModelPrice> = new Map([...Object.entries(knownPrices), ...own]);
  return (billed) => {
    const price = findPrice(prices, billed.model);
    const cost = price && costOf(billed, price);
    return cost === undefined || !Number.isFinite(cost) ? undefined : Math.max(0, cost);
  };
}
