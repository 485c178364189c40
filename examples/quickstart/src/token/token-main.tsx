import { useReducer, useState } from 'react';
import type { TokenEvent, TokenManager } from '@realtime-session/core';
import { useRealtimeSession, useRealtimeToken } from '@realtime-session/react';
import { CodePanel, tokenSteps } from '../code/code-panel.tsx';
import type { CallState } from '../conversation/call-state.ts';
import type { Mode } from '../conversation/conversation.ts';
import { ConversationPanel, isVoiceSupported } from '../conversation/conversation-panel.tsx';
import { useConversation } from '../conversation/use-conversation.ts';
import { useText } from '../conversation/use-text.ts';
import { useVoice } from '../conversation/use-voice.ts';
import { ExperimentPanel } from '../experiments/experiment-panel.tsx';
import { useExperiments } from '../experiments/use-experiments.ts';
import { pageClock } from '../page-clock.ts';
import type { PageConfig } from '../page-config.ts';
import { emptyTimeline, timelineReducer } from '../timeline/entries.ts';
import { Timeline } from '../timeline/timeline.tsx';
import { TokenPanel } from './token-panel.tsx';

/** The page that opens calls with a token. */
export function TokenMain({ config }: { config: PageConfig }) {
  const { emulatorUrl, isRouteBroken } = config;
  const [mode, setMode] = useState<Mode>(isVoiceSupported ? 'voice' : 'text');
  const [timeline, dispatch] = useReducer(timelineReducer, emptyTimeline);
  const source = {
    endpoint: '/api/realtime-session',
    environment: pageClock.environment, // for the experiments: an app leaves this out
    onEvent: (event: TokenEvent) => dispatch({ type: 'token', event }),
  };
  const session = useRealtimeSession(source);
  const token = useRealtimeToken(source);
  const experiments = useExperiments({
    emulatorUrl,
    session,
    mode,
    isCallOpen: timeline.callStatus === 'connected',
    isRouteBroken,
    onAction: (title, detail) => dispatch({ type: 'you', title, detail, atMs: pageClock.nowMs() }),
  });

  return (
    <main className="page panels">
      <TokenConversation
        config={config}
        session={session}
        mode={mode}
        onMode={setMode}
        onCall={(callMode, state) => {
          const tokenRemainingMs = token?.remainingMs();
          dispatch({ type: 'call', mode: callMode, state, atMs: pageClock.nowMs(), tokenRemainingMs });
        }}
      />
      <TokenPanel session={session} token={token} />
      <Timeline subject="the token and your calls" entries={timeline.entries} />
      <ExperimentPanel
        experiments={experiments}
        hasEmulator={emulatorUrl !== null}
        latest={timeline.entries.at(-1)}
      />
      <CodePanel steps={tokenSteps} />
    </main>
  );
}

interface TokenConversationProps {
  readonly config: PageConfig;
  readonly session: Pick<TokenManager, 'withToken' | 'prefetch'>;
  readonly mode: Mode;
  readonly onMode: (mode: Mode) => void;
  /** Called with every change of a call. */
  readonly onCall: (mode: Mode, state: CallState) => void;
}

/** Speaks or writes with the model. */
function TokenConversation({ config, session, ...props }: TokenConversationProps) {
  const conversation = useConversation();
  const { dispatch, onEvent } = conversation;
  const voice = useVoice({ api: 'realtime', source: session, dispatch, onEvent });
  const text = useText({ session, model: config.model, dispatch, onEvent });
  return (
    <ConversationPanel
      {...props}
      conversation={conversation}
      voice={voice}
      text={text}
      input="message"
      isTone={config.emulatorUrl !== null}
      onPrepare={() => session.prefetch()}
    />
  );
}
