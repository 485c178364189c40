import type { Sideband } from '../state/call-registry.ts';

/** Number of events that a sideband can receive again. */
const MAX_RECENT = 20;

/** The sidebands of a call, and the newest events that they have received. */
export class SidebandGroup {
  readonly #sidebands = new Set<Sideband>();
  readonly #recent: object[] = [];

  get size(): number {
    return this.#sidebands.size;
  }

  add(sideband: Sideband): void {
    this.#sidebands.add(sideband);
  }

  remove(sideband: Sideband): void {
    this.#sidebands.delete(sideband);
  }

  /** Sends an event to every sideband, also if there is none: one that attaches later can receive it again. */
  send(event: object): void {
    if (this.#recent.push(event) > MAX_RECENT) this.#recent.shift();
    this.sendText(() => JSON.stringify(event));
  }

  /** Sends what is not kept. */
  sendText(createText: () => string): void {
    if (this.#sidebands.size === 0) return;
    const text = createText();
    for (const sideband of [...this.#sidebands]) sideband.send(text);
  }

  /** Sends the newest events again. */
  replay(sideband: Sideband): void {
    for (const event of this.#recent) sideband.send(JSON.stringify(event));
  }

  /** Breaks the sidebands. */
  drop(closeCode: number): void {
    this.#closeAll((sideband) => sideband.close(closeCode, ''));
  }

  /** Closes the sidebands at the end of the call. */
  end(close: (sideband: Sideband) => void): void {
    this.#closeAll(close);
    this.#recent.length = 0;
  }

  #closeAll(close: (sideband: Sideband) => void): void {
    const sidebands = [...this.#sidebands];
    this.#sidebands.clear();
    for (const sideband of sidebands) close(sideband);
  }
}
