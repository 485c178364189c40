import type { Mode } from './client-event.ts';

const modes: readonly { readonly mode: Mode; readonly label: string }[] = [
  { mode: 'voice', label: 'Voice' },
  { mode: 'text', label: 'Text' },
];

/** The chosen mode, those there are, and who hears of another choice. */
export interface ModePickerProps {
  readonly mode: Mode;
  /** Whether this browser can talk by voice. */
  readonly voice: 'possible' | 'impossible';
  readonly onPick: (mode: Mode) => void;
}

/** Chooses how to talk. */
export function ModePicker({ mode, voice, onPick }: ModePickerProps) {
  return (
    <fieldset className="modes">
      <legend className="visually-hidden">How to talk</legend>
      {modes.map((choice) => (
        <label key={choice.mode} className="mode">
          <input
            type="radio"
            name="mode"
            checked={mode === choice.mode}
            disabled={choice.mode === 'voice' && voice === 'impossible'}
            onChange={() => onPick(choice.mode)}
            className="visually-hidden"
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
