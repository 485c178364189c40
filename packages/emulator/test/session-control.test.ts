import { describe, expect, it } from 'vitest';
import type { ConversationScript } from '@realtime-session/emulator';
import { controlEmulator, EmulatorControlError } from '@realtime-session/emulator/testing';
import { mintToken, startEmulator } from './support/harness.ts';
import { connectWithToken } from './support/realtime-client.ts';

async function openSession() {
  const emulator = await startEmulator();
  const remote = controlEmulator(emulator.url);
  const waiting = remote.waitForSession({ model: 'gpt-realtime-2.1' });
  const token = await mintToken(emulator, { model: 'gpt-realtime-2.1', output_modalities: ['text'] });
  const client = connectWithToken(emulator.webSocketUrl, token);
  await client.next('session.created');
  return { emulator, remote, client, token, session: await waiting };
}

describe('the control endpoint, from another process', () => {
  it('reads, awaits and pushes the events of a session', async () => {
    const { emulator, remote, client, token, session } = await openSession();
    expect(session).toMatchObject({ ...emulator.sessions()[0] });
    const waiting = session.waitFor({ type: 'response.cancel', event_id: 'b' });
    client.send({ type: 'response.cancel', event_id: 'a' });
    client.send({ type: 'response.cancel', event_id: 'b' });
    expect(await waiting).toEqual({ type: 'response.cancel', event_id: 'b' });
    expect(await session.received('response.cancel')).toHaveLength(2);
    await session.push({ type: 'made.up', value: 1 });
    expect(await client.next('made.up')).toMatchObject({ value: 1 });
    expect(await session.sent('made.up')).toHaveLength(1);
    expect(await session.journal()).toEqual(emulator.session(session.id)?.journal());
    expect(JSON.stringify(await session.journal())).not.toContain(token);
    client.socket.close();
    await expect(session.waitFor('never')).rejects.toThrow(/^The session closed without never; received: /);
    expect(await session.state()).toBe('closed');
    expect(await remote.sessions()).toEqual([]);
    expect(await remote.sessions('all')).toHaveLength(1);
    expect(await (await remote.session(session.id)).state()).toBe('closed');
    await expect(session.push({ type: 'late' })).rejects.toThrow(/has closed/);
  });

  it('sets and removes scripts, for all sessions and for one', async () => {
    const { emulator, remote, client, session } = await openSession();
    const ask = async (text: string) => {
      const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
      client.send({ type: 'conversation.item.create', item });
      client.send({ type: 'response.create' });
      return (await client.next('response.output_text.done'))['text'] as string;
    };
    await remote.setScript({ turns: [{ when: /^h\wllo/i, answer: 'All.' }] });
    expect(await ask('Hello')).toBe('All.');
    await session.setScript({ turns: [{ when: { says: /^h/i }, answer: 'One.' }], onUnmatched: 'error' });
    expect(await ask('Hello')).toBe('One.');
    client.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Bye' }] },
    });
    client.send({ type: 'response.create' });
    await client.next('error');
    expect(await remote.unmatchedTurns()).toEqual(emulator.unmatchedTurns());
    expect(await remote.unmatchedTurns()).toMatchObject([{ text: 'Bye', turn: 3 }]);
    await session.setScript([]);
    await remote.setScript(undefined);
    expect(await ask('Hello')).toBe('You said: Hello');
  });

  it.each<[object, RegExp]>([
    [{}, /^script\.turns is required/],
    [{ turns: [{ when: 'a', call: { name: 1 } }] }, /^script\.turns\[0\]\.call\.name must be string/],
  ])('rejects the script %j with a message that names the path', async (script, message) => {
    const { remote, session } = await openSession();
    for (const target of [remote, session]) {
      const error: unknown = await target
        .setScript(script as ConversationScript)
        .catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(EmulatorControlError);
      expect((error as Error).message).toMatch(message);
    }
  });

  it('names what is wrong', async () => {
    const { remote, session } = await openSession();
    await expect(remote.session('sess_1')).rejects.toThrow('There is no session with this id.');
    await expect(remote.waitForSession({ id: 'sess_1' }, { timeoutMs: 0 })).rejects.toThrow(/within 0 ms/);
    await expect(session.waitFor('error', { timeoutMs: -1 })).rejects.toThrow(/timeoutMs/);
    await expect(session.waitFor('error', { timeoutMs: 0 })).rejects.toThrow(
      'No error within 0 ms; received: nothing.',
    );
    await expect(session.push({} as { type: string })).rejects.toThrow(/type/);
    await expect(session.push({ type: '' })).rejects.toThrow(/type/);
  });
});
