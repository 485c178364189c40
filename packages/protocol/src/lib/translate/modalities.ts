type Modality = 'text' | 'audio';

/**
 * The live call answers with sound (and its transcript) or with text, never with both lists.
 *
 * @param modalities - `modalities` of the documented call.
 */
export function toOutputModalities(modalities: readonly Modality[]): Modality[] {
  return modalities.includes('audio') ? ['audio'] : ['text'];
}

/**
 * Sound with its transcript was called `['audio', 'text']` in the documented call.
 *
 * @param modalities - `output_modalities` of the live call.
 */
export function toModalities(modalities: readonly Modality[]): Modality[] {
  return modalities.includes('audio') ? ['audio', 'text'] : ['text'];
}
