/** The media track answers are heard on. What is played on it is told to the client as it begins and ends. */
export interface Speaker {
  /** Plays so much more of the tone for a response. */
  play(responseId: string, durationMs: number): void;
  /** The response has no more to play. */
  finish(responseId: string): void;
  /** Falls silent at once; says nothing when nothing was playing. */
  clear(): void;
}
