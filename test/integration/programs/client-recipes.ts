import { createTokenManager, endpoint } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { talk as talkWithAgents } from '@realtime-session/example-official-clients/agents-websocket';
import { talk as talkWithOpenAi } from '@realtime-session/example-official-clients/openai-websocket';

/** A message of the parent: the time goes on by so many milliseconds. */
export interface Later {
  readonly laterMs: number;
}

/** A message to the parent: what the API wrote. */
export interface Wrote {
  readonly text: string;
}

const [client = '', mintRoute = '', url = ''] = process.argv.slice(2);
const environment = createManualEnvironment();
const tokens = createTokenManager({ fetchToken: endpoint(mintRoute), environment });
const tell = (text: string) => process.send?.({ text } satisfies Wrote);

/** Opens a session that reconnects by itself, and says good morning in each. */
async function openai(): Promise<void> {
  const session = await talkWithOpenAi(tokens);
  const content = [{ type: 'input_text' as const, text: 'good morning' }];
  session.on('response.output_text.done', ({ text }) => tell(text));
  session.on('session.created', () => {
    session.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
    session.send({ type: 'response.create', response: { output_modalities: ['text'] } });
  });
  session.on('error', ({ message }) => process.stderr.write(`${message}\n`));
}

/** Opens a session, and another one when the first is lost. */
async function agents(): Promise<void> {
  const session = await talkWithAgents(tokens, { url });
  session.on('agent_end', (_context, _agent, output) => tell(output));
  session.on('error', ({ error }) => process.stderr.write(`${JSON.stringify(error)}\n`));
  session.transport.on('connection_change', (status) => {
    if (status === 'disconnected') void agents();
  });
  session.sendMessage('good morning');
}

process.on('message', ({ laterMs }: Later) => void environment.clock.advance(laterMs));
process.once('disconnect', () => process.exit());
await (client === 'openai' ? openai() : agents());
