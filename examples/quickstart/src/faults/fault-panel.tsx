import { useState } from 'react';
import { useEmulator } from './use-emulator.ts';
import './fault-panel.css';

/** Makes the emulator fail, to see what the page does about it. */
export function FaultPanel({ emulatorUrl }: { emulatorUrl: string }) {
  const { status, reach, fail, heal, drop } = useEmulator(emulatorUrl);
  const [picked, setPicked] = useState('overloaded');
  const choice = status?.choices.find(({ name }) => name === picked);
  const on = status?.faults ?? [];

  return (
    <section className="faults" aria-labelledby="faults-heading">
      <h2 id="faults-heading" className="label">
        Make something fail
      </h2>
      <div className="faults-row">
        <label className="faults-pick">
          <span className="visually-hidden">Fault</span>
          <select value={picked} data-testid="fault" onChange={(event) => setPicked(event.target.value)}>
            {status?.choices.map(({ name, places }) => (
              <option key={name} value={name}>
                {name} ({places[0]})
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="button" data-testid="fail-once" onClick={() => fail(picked, 1)}>
          Once
        </button>
        <button
          type="button"
          className="button"
          data-testid="fail-always"
          onClick={() => fail(picked, undefined)}
        >
          Until healed
        </button>
      </div>
      <p className="faults-note">{choice?.does}</p>
      <div className="faults-row">
        <button type="button" className="button" data-testid="drop" onClick={drop}>
          Drop the connection
        </button>
        <button type="button" className="button" data-testid="heal" onClick={heal}>
          Heal
        </button>
      </div>
      <p className="faults-note" role="status" data-testid="faults-on">
        {reach === 'lost'
          ? 'The emulator cannot be reached; see that its server is running.'
          : on.length === 0
            ? 'Nothing fails on purpose.'
            : `On: ${on.map(({ name, at }) => `${name} at ${at}`).join(', ')}.`}
      </p>
    </section>
  );
}
