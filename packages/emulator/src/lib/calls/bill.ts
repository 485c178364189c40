import type { BilledUsage } from '../journal/emulated-call.ts';
import type { SentEvent } from '../realtime/run-session.ts';
import { getAudioInput } from '../realtime/turn-detection.ts';
import { isRecord } from '../shared/json.ts';
import type { AnySessionConfig } from '../state/translation-config.ts';

/** What a call has cost. */
export interface Bill {
  readonly entries: readonly BilledUsage[];
  /** Bills the usage of an event, if it has any. Nothing is billed twice. */
  record(event: SentEvent): void;
}

/** Returns what an event costs, if anything. */
export type ReadUsage = (event: SentEvent) => Omit<BilledUsage, 'atMs'> | undefined;

export function createBill(nowMs: () => number, readUsage: ReadUsage): Bill {
  const entries: BilledUsage[] = [];
  const keys = new Set<string>();
  return {
    entries,
    record(event) {
      const usage = readUsage(event);
      if (usage === undefined || keys.has(usage.key)) return;
      keys.add(usage.key);
      entries.push({ ...usage, atMs: nowMs() });
    },
  };
}

/** The usage of responses and transcriptions of a Realtime session. */
export function readRealtimeUsage(
  event: SentEvent,
  getSession: () => AnySessionConfig,
): ReturnType<ReadUsage> {
  switch (event.type) {
    case 'response.done': {
      const response = isRecord(event['response']) ? event['response'] : {};
      const { id, usage } = response;
      if (typeof id !== 'string' || !isRecord(usage)) return undefined;
      return { key: id, type: 'response', model: getModel(getSession()), usage };
    }
    case 'conversation.item.input_audio_transcription.completed': {
      const { item_id: key, usage } = event;
      if (typeof key !== 'string' || !isRecord(usage)) return undefined;
      const model = getAudioInput(getSession())?.transcription?.model ?? '';
      return { key, type: 'transcription', model, usage };
    }
    default:
      return undefined;
  }
}

function getModel(session: AnySessionConfig): string {
  return session.type === 'realtime' ? session.model : '';
}
