import type { Line, LineHost } from '../connection/line.ts';

/**
 * Mutes what is sent of the user, or lets it be heard, now and in later calls.
 *
 * @param voice - Which of the two.
 * @param host - Remembers it for what is opened later.
 * @param line - Whose tracks to change.
 */
export function letHear(voice: LineHost['voice'], host: LineHost, line: Line | undefined): void {
  host.voice = voice;
  for (const track of line?.tracks ?? []) track.enabled = voice === 'heard';
}
