import type { TokenRequest } from '@realtime-session/core';
import {
  getKnowable,
  createResponse,
  formatResponse,
  type FakeResponse,
  type ResponseFormat,
} from './responses.ts';
import { FAULTS, type Fault, type FaultEffect } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Ledger, MintRecord } from './ledger.ts';
import { EPOCH_MS, type Machine } from './machine.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** Longest latency of a healthy server, in milliseconds. */
export const HEALTHY_MS = 1_500;

export interface ServerParts {
  readonly timeline: Timeline;
  /** The machine of the caller, with its network and clock. */
  readonly machine: Machine;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly random: Random;
}

export interface ServerBehavior {
  readonly format: ResponseFormat;
  lifetimeMs: number;
}

/** The mint route. Its clock shows the true time. */
export interface MintServer {
  readonly behavior: ServerBehavior;
  startFaults(): void;
  clearFaults(): void;
  respond(request: TokenRequest, record: MintRecord): unknown;
  mintElsewhere(record: MintRecord, lifetimeMs: number): unknown;
}

/** Creates a server without faults. */
export function createMintServer(parts: ServerParts, behavior: ServerBehavior): MintServer {
  const { timeline, machine, ledger, journal, random } = parts;
  let faults: readonly Fault[] = [];
  let ratio = 0;
  let perMinute = Infinity;
  let recent: number[] = [];
  let lastResponse: { readonly response: unknown; readonly value: string } | undefined;

  function drawFault(): FaultEffect | undefined {
    if (!machine.isOnline() && random.chance(0.8)) {
      return { type: 'reject', thrown: new TypeError('Failed to fetch') };
    }
    recent = [...recent.filter((at) => at > timeline.trueMs() - 60_000), timeline.trueMs()];
    if (recent.length > perMinute) {
      journal.count('fault: rate limit');
      const retryAfterMs = Math.ceil((recent[0]! + 60_000 - timeline.trueMs()) / 1000) * 1000;
      const response = createResponse(429, {}, { 'retry-after': String(retryAfterMs / 1000) });
      return { type: 'response', response, retryAfterMs };
    }
    if (!random.chance(ratio)) return undefined;
    const fault = random.weighted(faults);
    journal.count(`fault: ${fault.name}`);
    journal.log(`  server: ${fault.name}`);
    return fault.act({ random, trueMs: timeline.trueMs() });
  }

  function mint(record: MintRecord, latencyMs: number, fault: FaultEffect | undefined): unknown {
    const mintedMs = timeline.trueMs() + latencyMs * random.next();
    const lifetimeMs = fault?.type === 'lifetime' ? fault.lifetimeMs : behavior.lifetimeMs;
    const value = ledger.issue(record, mintedMs + lifetimeMs);
    ledger.file(record, value);
    const falsified = fault?.type === 'falsified' ? fault : { expiryMs: 0, dateMs: 0 };
    const isHonest = fault?.type !== 'falsified' && lifetimeMs > 0;
    const isRelative = behavior.format === 'relative' || behavior.format === 'plain';
    record.knowable =
      isHonest || (isRelative && lifetimeMs > 0) ? getKnowable(behavior.format, machine.skewMs()) : 'no';
    const response = formatResponse(behavior.format, {
      value,
      expiresTrueMs: mintedMs + lifetimeMs + falsified.expiryMs,
      lifetimeMs,
      dateTrueMs: mintedMs + falsified.dateMs,
    });
    lastResponse = { response, value };
    return response;
  }

  function body(record: MintRecord, latencyMs: number, fault: FaultEffect | undefined): unknown {
    if (fault?.type === 'response') {
      record.retryAfterMs = fault.retryAfterMs ?? 0;
      return fault.response;
    }
    if (fault?.type === 'same' && lastResponse) {
      ledger.file(record, lastResponse.value);
      return lastResponse.response;
    }
    const response = mint(record, latencyMs, fault);
    if (fault?.type === 'endless-body')
      return { ...createResponse(200, ''), text: () => new Promise<string>(() => {}) };
    if (fault?.type === 'broken-body') {
      return { ...createResponse(200, ''), text: () => Promise.reject(new TypeError('terminated')) };
    }
    if (fault?.type !== 'slow-body' || typeof response !== 'object' || response === null) return response;
    const { text } = response as Partial<FakeResponse>; // a fake response or a plain object
    if (!text) return response;
    const arrived = new Promise<void>((resolve) => timeline.after(random.between(0, 15_000), resolve));
    return { ...response, text: () => arrived.then(text) };
  }

  return {
    behavior,
    startFaults() {
      const isNarrow = random.chance(0.5);
      faults = isNarrow
        ? [random.weighted(FAULTS), random.weighted(FAULTS), random.weighted(FAULTS)]
        : FAULTS;
      ratio = random.pick([0.1, 0.5, 0.9, 1]);
      perMinute = random.chance(0.1) ? random.pick([1, 3, 10]) : Infinity;
      journal.log(`faults start: ${isNarrow ? faults.map((fault) => fault.name).join(', ') : 'all kinds'}`);
    },
    clearFaults() {
      ratio = 0;
      perMinute = Infinity;
      journal.log('faults end');
    },
    respond(request, record) {
      const fault = drawFault();
      if (fault?.type === 'throw') throw fault.thrown;
      const latencyMs =
        fault?.type === 'slow' ? random.anyScale(HEALTHY_MS, 30_000) : random.between(5, HEALTHY_MS);
      const isEmpty = fault?.type === 'reject' || fault?.type === 'silence';
      const response = isEmpty ? undefined : body(record, latencyMs, fault);
      const arrival = new Promise<void>((resolve, reject) => {
        const cancel = fault?.type === 'silence' ? undefined : timeline.after(latencyMs, resolve);
        if (random.chance(0.5)) return; // a fetcher that does not listen to its signal
        request.signal.addEventListener('abort', () => {
          cancel?.();
          reject(new DOMException('aborted', 'AbortError'));
        });
      });
      return arrival.then(() => {
        if (fault?.type === 'reject') throw fault.thrown;
        return response;
      });
    },
    mintElsewhere(record, lifetimeMs) {
      const value = ledger.issue(record, timeline.trueMs() + lifetimeMs);
      ledger.file(record, value);
      record.knowable = lifetimeMs > 0 ? 'exactly' : 'no';
      record.isOpen = false;
      return {
        value,
        expires_in: lifetimeMs / 1000,
        expires_at: (EPOCH_MS + timeline.trueMs() + lifetimeMs) / 1000,
      };
    },
  };
}
