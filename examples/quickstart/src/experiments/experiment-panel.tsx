import { useState, type ReactNode } from 'react';
import type { TimelineEntry } from '../timeline/entries.ts';
import { ExperimentButton, ExperimentCard, ExperimentGroup } from './experiment-card.tsx';
import { failNextAnswer, faultChoices, type FaultChoice, type FaultPlace } from './fault-groups.ts';
import type { Experiments } from './use-experiments.ts';
import type { Emulator } from './use-emulator.ts';

interface ExperimentPanelProps {
  readonly experiments: Experiments;
  /** With a real API, its faults cannot be injected. */
  readonly hasEmulator: boolean;
  /** The newest entry of the timeline, for narrow screens where the timeline is far away. */
  readonly latest: TimelineEntry | undefined;
}

/** Buttons that break something, grouped by where it breaks. The timeline shows how the page recovers. */
export function ExperimentPanel({ experiments, hasEmulator, latest }: ExperimentPanelProps) {
  const { expireToken, passHour, dropConnection, toggleMintRoute, isMintRouteBroken } = experiments;
  return (
    <ExperimentCard
      title="Break something"
      note="The timeline shows how the page recovers."
      latest={latest}
      groups={
        <>
          <Group title="The token" place="token" experiments={experiments} hasFaults={hasEmulator}>
            <ExperimentButton
              testId="expire"
              label="Expire it now"
              effect="The page gets a new one. An open call continues."
              onClick={expireToken}
            />
            {hasEmulator && (
              <ExperimentButton
                testId="hour"
                label="Let an hour pass"
                effect="The token expires, and an open call reaches the API’s limit."
                onClick={passHour}
              />
            )}
          </Group>
          {hasEmulator && (
            <Group title="The network" place="network" experiments={experiments} hasFaults>
              <ExperimentButton
                testId="drop"
                label="Drop the connection"
                effect="A call is lost and comes back by itself."
                onClick={dropConnection}
              />
            </Group>
          )}
          <Group title="Your server" place="server" experiments={experiments} hasFaults={hasEmulator}>
            <ExperimentButton
              testId="break"
              label={isMintRouteBroken ? 'Mend the mint route' : 'Break the mint route'}
              effect={
                isMintRouteBroken
                  ? 'It answers with 503. The page tries again by itself, or when you mend it.'
                  : 'It answers with 503. The token you have keeps working.'
              }
              isOn={isMintRouteBroken}
              onClick={toggleMintRoute}
            />
          </Group>
          {hasEmulator && (
            <Group title="OpenAI" place="api" experiments={experiments} hasFaults>
              <FaultButton choice={failNextAnswer} experiments={experiments} testId="fail-answer" />
            </Group>
          )}
        </>
      }
    >
      {hasEmulator && <ActiveFaults experiments={experiments} />}
      {hasEmulator && <FaultsByName emulator={experiments.emulator} />}
    </ExperimentCard>
  );
}

interface GroupProps {
  readonly title: string;
  readonly place: FaultPlace;
  readonly experiments: Experiments;
  /** Whether the emulator can inject more faults here. */
  readonly hasFaults: boolean;
  readonly children: ReactNode;
}

function Group({ title, place, experiments, hasFaults, children }: GroupProps) {
  return (
    <ExperimentGroup title={title} place={place} buttons={children}>
      {hasFaults && (
        <details className="experiment-more" data-testid={`more-${place}`}>
          <summary>More</summary>
          <div className="experiment-buttons">
            {faultChoices[place].map((choice) => (
              <FaultButton key={choice.label} choice={choice} experiments={experiments} />
            ))}
          </div>
        </details>
      )}
    </ExperimentGroup>
  );
}

interface FaultButtonProps {
  readonly choice: FaultChoice;
  readonly experiments: Experiments;
  readonly testId?: string;
}

function FaultButton({ choice, experiments, testId }: FaultButtonProps) {
  const isOn = experiments.isActive(choice);
  return (
    <ExperimentButton
      label={isOn ? `Clear: ${choice.label.toLowerCase()}` : choice.label}
      effect={choice.effect}
      testId={testId}
      isOn={isOn}
      onClick={() => experiments.toggleFault(choice)}
    />
  );
}

function ActiveFaults({ experiments }: { experiments: Experiments }) {
  const { faults, isReachable } = experiments.emulator;
  if (!isReachable) {
    return (
      <p className="faults-note" role="status" data-testid="active-faults">
        The emulator is unreachable. Check that the quick start is running in its terminal.
      </p>
    );
  }
  return (
    <div className="faults-active">
      <p className="faults-note" role="status" data-testid="active-faults">
        {faults.length === 0
          ? 'No active faults.'
          : `Active: ${faults.map(({ name, at }) => `${name} at ${at}`).join(', ')}.`}
      </p>
      {faults.length > 0 && (
        <button
          type="button"
          className="button is-small"
          data-testid="clear"
          onClick={() => void experiments.clearFaults()}
        >
          Clear faults
        </button>
      )}
    </div>
  );
}

/** Every fault of the emulator, under the name that its tests and its command line use. */
function FaultsByName({ emulator }: { emulator: Emulator }) {
  const { options, injectByName } = emulator;
  const [selected, setSelected] = useState('overloaded');
  const option = options.find(({ name }) => name === selected);
  return (
    <details className="faults-all" data-testid="faults-by-name">
      <summary>All faults of the emulator, by name</summary>
      <div className="faults-row">
        <label className="faults-select">
          <span className="visually-hidden">Fault</span>
          <select value={selected} data-testid="fault" onChange={(event) => setSelected(event.target.value)}>
            {options.map(({ name, targets }) => (
              <option key={name} value={name}>
                {name} ({targets[0]})
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className="button"
          data-testid="fail-once"
          onClick={() => void injectByName(selected, 1)}
        >
          Once
        </button>
        <button
          type="button"
          className="button"
          data-testid="fail-always"
          onClick={() => void injectByName(selected, undefined)}
        >
          Until cleared
        </button>
      </div>
      <p className="faults-note">{option?.description}</p>
    </details>
  );
}
