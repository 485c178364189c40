import type { Mode } from './client-event.ts';

const modes: readonly { readonly mode: Mode; readonly label: string }[] = [
  { mode: 'text', label: 'Text' },
  { mode: 'audio', label: 'Spoken' },
];

/** The chosen mode and who hears of another choice. */
export interface ModePickerProps {
  readonly mode: Mode;
  readonly onPick: (mode: Mode) => void;
}

/** Chooses how the answer comes. */
export function ModePicker({ mode, onPick }: ModePickerProps) {
  return (
    <fieldset className="modes">
      <legend className="visually-hidden">How the answer comes</legend>
      {modes.map((choice) => (
        <label key={choice.mode} className="mode">
          <input
            type="radio"
            name="mode"
            checked={mode === choice.mode}
            onChange={() => onPick(choice.mode)}
            className="visually-hidden"
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
