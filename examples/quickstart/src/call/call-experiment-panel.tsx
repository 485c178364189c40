import { ExperimentButton, ExperimentCard, ExperimentGroup } from '../experiments/experiment-card.tsx';
import { formatDuration } from '../format.ts';
import type { TimelineEntry } from '../timeline/entries.ts';
import { callLimits } from './call-limits.ts';

interface CallExperimentPanelProps {
  readonly api: 'realtime' | 'live';
  /** With a real API, its faults cannot be injected. */
  readonly hasEmulator: boolean;
  readonly isRouteBroken: boolean;
  readonly latest: TimelineEntry | undefined;
  readonly onEndCall: () => Promise<void>;
  readonly onToggleRoute: () => Promise<void>;
  readonly onRewrite: () => Promise<void>;
  readonly onDrop: () => Promise<void>;
  readonly onFailAnswer: () => Promise<void>;
}

/** What happens when the page changes the instructions. */
const rewriteEffects = {
  realtime: 'The server restores its own. The fourth time, it ends the call.',
  live: 'The API refuses it: this page may only mute and close the session.',
} as const;

/** Buttons that end or break a call. The timeline shows what follows. */
export function CallExperimentPanel(props: CallExperimentPanelProps) {
  const { api, hasEmulator, isRouteBroken, latest } = props;
  return (
    <ExperimentCard
      title="End or break something"
      note="The timeline shows what follows."
      latest={latest}
      groups={
        <>
          <ExperimentGroup
            title="Your server"
            place="calls"
            buttons={
              <>
                <ExperimentButton
                  testId="end-call"
                  label="End the call"
                  effect="The server ends it, as for a banned user. The page says why."
                  onClick={props.onEndCall}
                />
                <ExperimentButton
                  testId="break"
                  label={isRouteBroken ? 'Mend the call route' : 'Break the call route'}
                  effect={`It answers with 503. After ${formatDuration(callLimits.heartbeatTimeoutMs)} without a heartbeat, the server ends the call.`}
                  isOn={isRouteBroken}
                  onClick={props.onToggleRoute}
                />
              </>
            }
          />
          <ExperimentGroup
            title="The page"
            place="page"
            buttons={
              <ExperimentButton
                testId="rewrite"
                label="Change the instructions"
                effect={rewriteEffects[api]}
                onClick={props.onRewrite}
              />
            }
          />
          {hasEmulator && (
            <>
              <ExperimentGroup
                title="The network"
                place="network"
                buttons={
                  <ExperimentButton
                    testId="drop"
                    label="Drop the connection"
                    effect={`The call is lost, and a new one takes its place.${api === 'live' ? ' It costs at least 15 s.' : ''}`}
                    onClick={props.onDrop}
                  />
                }
              />
              {api === 'realtime' && (
                <ExperimentGroup
                  title="OpenAI"
                  place="api"
                  buttons={
                    <ExperimentButton
                      testId="fail-answer"
                      label="Fail the next answer"
                      effect="Send a message: its answer fails, and the conversation shows the error."
                      onClick={props.onFailAnswer}
                    />
                  }
                />
              )}
            </>
          )}
        </>
      }
    />
  );
}
