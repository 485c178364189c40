import { createTokenManager, endpoint } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { talk as talkWithAgents } from '@realtime-session/example-official-clients/agents-websocket';
import { talk as talkWithOpenAi } from '@realtime-session/example-official-clients/openai-websocket';

/** From the parent: advances the clock. */
export interface AdvanceMessage {
  readonly advanceMs: number;
}

/** To the parent: the text of a response. */
export interface ResponseMessage {
  readonly text: string;
}

const [client = '', mintRoute = '', url = ''] = process.argv.slice(2);
const environment = createManualEnvironment();
const tokens = createTokenManager({ fetchToken: endpoint(mintRoute), environment });
const report = (text: string) => process.send?.({ text } satisfies ResponseMessage);

/** The client reconnects on its own. Sends a message in each session. */
async function openai(): Promise<void> {
  const session = await talkWithOpenAi(tokens);
  const content = [{ type: 'input_text' as const, text: 'good morning' }];
  session.on('response.output_text.done', ({ text }) => report(text));
  session.on('session.created', () => {
    session.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
    session.send({ type: 'response.create', response: { output_modalities: ['text'] } });
  });
  session.on('error', ({ message }) => process.stderr.write(`${message}\n`));
}

/** Opens a new session when the connection is lost. */
async function agents(): Promise<void> {
  const session = await talkWithAgents(tokens, { url });
  session.on('agent_end', (_context, _agent, output) => report(output));
  session.on('error', ({ error }) => process.stderr.write(`${JSON.stringify(error)}\n`));
  session.transport.on('connection_change', (status) => {
    if (status === 'disconnected') void agents();
  });
  session.sendMessage('good morning');
}

process.on('message', ({ advanceMs }: AdvanceMessage) => void environment.clock.advance(advanceMs));
process.once('disconnect', () => process.exit());
await (client === 'openai' ? openai() : agents());
