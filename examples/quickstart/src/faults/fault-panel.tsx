import { useState } from 'react';
import { useEmulator, type ActiveFault } from './use-emulator.ts';
import './fault-panel.css';

/** Injects faults into the emulator, to show how the page recovers. */
export function FaultPanel({ emulatorUrl }: { emulatorUrl: string }) {
  const { status, isReachable, injectFault, clearFaults, dropConnections } = useEmulator(emulatorUrl);
  const [selected, setSelected] = useState('overloaded');
  const option = status?.options.find(({ name }) => name === selected);

  return (
    <section className="faults" aria-labelledby="faults-heading">
      <h2 id="faults-heading" className="label">
        Fault injection
      </h2>
      <div className="faults-row">
        <label className="faults-select">
          <span className="visually-hidden">Fault</span>
          <select value={selected} data-testid="fault" onChange={(event) => setSelected(event.target.value)}>
            {status?.options.map(({ name, targets }) => (
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
          onClick={() => injectFault(selected, 1)}
        >
          Once
        </button>
        <button
          type="button"
          className="button"
          data-testid="fail-always"
          onClick={() => injectFault(selected, undefined)}
        >
          Until cleared
        </button>
      </div>
      <p className="faults-note">{option?.description}</p>
      <div className="faults-row">
        <button type="button" className="button" data-testid="drop" onClick={dropConnections}>
          Drop the connection
        </button>
        <button type="button" className="button" data-testid="clear" onClick={clearFaults}>
          Clear faults
        </button>
      </div>
      <p className="faults-note" role="status" data-testid="active-faults">
        {isReachable
          ? describeActiveFaults(status?.faults ?? [])
          : 'The emulator is unreachable. Check that the quickstart server is running.'}
      </p>
    </section>
  );
}

function describeActiveFaults(faults: readonly ActiveFault[]): string {
  if (faults.length === 0) return 'No active faults.';
  return `Active: ${faults.map(({ name, at }) => `${name} at ${at}`).join(', ')}.`;
}
