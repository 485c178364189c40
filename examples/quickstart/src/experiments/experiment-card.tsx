import type { ReactNode } from 'react';
import type { TimelineEntry } from '../timeline/entries.ts';
import './experiment-panel.css';

interface ExperimentCardProps {
  readonly title: string;
  readonly note: string;
  readonly groups: ReactNode;
  /** The newest entry of the timeline, for narrow screens where the timeline is far away. */
  readonly latest: TimelineEntry | undefined;
  readonly children?: ReactNode;
}

/** A card with groups of buttons. */
export function ExperimentCard({ title, note, groups, latest, children }: ExperimentCardProps) {
  return (
    <section className="card experiments" aria-labelledby="experiments-heading">
      <div className="card-head">
        <h2 id="experiments-heading">{title}</h2>
        <p className="card-note">{note}</p>
      </div>
      <div className="experiment-groups">{groups}</div>
      {latest !== undefined && (
        // The timeline announces its entries: this copy is only for the eye.
        <p className={`latest is-${latest.tone}`} aria-hidden="true" data-testid="latest">
          {latest.title}
        </p>
      )}
      {children}
    </section>
  );
}

interface ExperimentGroupProps {
  readonly title: string;
  /** Names its style. */
  readonly place: string;
  readonly buttons: ReactNode;
  readonly children?: ReactNode;
}

/** Buttons that act at one place. */
export function ExperimentGroup({ title, place, buttons, children }: ExperimentGroupProps) {
  return (
    <section className={`experiment-group of-${place}`} aria-label={title}>
      <h3>{title}</h3>
      <div className="experiment-buttons">{buttons}</div>
      {children}
    </section>
  );
}

interface ExperimentButtonProps {
  readonly label: string;
  /** What the visitor will see. */
  readonly effect: string;
  readonly testId?: string | undefined;
  readonly isOn?: boolean;
  readonly onClick: () => Promise<void>;
}

/** A button, and what it does. */
export function ExperimentButton({ label, effect, testId, isOn, onClick }: ExperimentButtonProps) {
  return (
    <div className="experiment">
      <button
        type="button"
        className={`button is-wide ${isOn === true ? 'is-on' : ''}`}
        data-testid={testId}
        onClick={() => void onClick()}
      >
        {label}
      </button>
      <p className="experiment-effect">{effect}</p>
    </div>
  );
}
