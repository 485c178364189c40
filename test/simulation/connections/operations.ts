/** What a browser, a network or a token route does asynchronously. */
export type OperationKind =
  | 'microphone'
  | 'offer'
  | 'mint'
  | 'post'
  | 'heartbeat'
  | 'hangUp'
  | 'body'
  | 'exchange'
  | 'answer'
  | 'channel'
  | 'play'
  | 'replace';

/** When an operation settles and how: after a number of microtasks, or when the schedule releases it. */
export interface Step {
  readonly after: number | 'hold';
  readonly outcome: string;
}

export type Plans = Readonly<Partial<Record<OperationKind, readonly Step[]>>>;

interface HeldOperation {
  readonly kind: OperationKind;
  readonly step: Step;
  readonly settle: (outcome: string) => void;
}

/** More operations than any schedule needs, so a schedule that starts so many is in a loop. */
const RUNAWAY_COUNT = 1_500;

/** Starts operations as planned, and keeps those that a schedule has to release. Without a plan they succeed in a microtask. */
export class Operations {
  readonly #plans: Map<OperationKind, Step[]>;
  readonly #onRunaway: (kind: OperationKind) => void;
  #held: HeldOperation[] = [];
  #count = 0;
  readonly counts = new Map<string, number>();

  constructor(plans: Plans, onRunaway: (kind: OperationKind) => void) {
    this.#plans = new Map(
      Object.entries(plans).map(([kind, steps]) => [kind as OperationKind, [...steps]]), // keys of `Plans`
    );
    this.#onRunaway = onRunaway;
  }

  /** The next step of a kind. `perform` runs when it settles, and what it throws rejects the promise. */
  start<T>(kind: OperationKind, perform: (outcome: string) => T | Promise<T>): Promise<T> {
    return this.#startStep(kind, this.takeStep(kind), perform);
  }

  takeStep(kind: OperationKind): Step {
    return this.#plans.get(kind)?.shift() ?? { after: 1, outcome: 'ok' };
  }

  /** Like `start()`, with a step that was taken before. */
  startStep<T>(kind: OperationKind, step: Step, perform: (outcome: string) => T | Promise<T>): Promise<T> {
    return this.#startStep(kind, step, perform);
  }

  #startStep<T>(kind: OperationKind, step: Step, perform: (outcome: string) => T | Promise<T>): Promise<T> {
    this.#count += 1;
    this.#increase(`${kind} ${step.outcome}${step.after === 'hold' ? ' (held)' : ''}`);
    if (this.#count > RUNAWAY_COUNT) {
      this.#onRunaway(kind);
      return new Promise(() => undefined);
    }
    return new Promise<T>((resolve) => {
      const settle = (outcome: string): void =>
        resolve(new Promise<T>((settled) => settled(perform(outcome))));
      if (step.after === 'hold') this.#held.push({ kind, step, settle });
      else void afterMicrotasks(step.after).then(() => settle(step.outcome));
    });
  }

  /** Settles a held operation as it was planned, or with another outcome. */
  release(nth: number, outcome?: string): OperationKind | undefined {
    if (this.#held.length === 0) return undefined;
    const [operation] = this.#held.splice(nth % this.#held.length, 1);
    operation?.settle(outcome ?? operation.step.outcome);
    return operation?.kind;
  }

  get heldCount(): number {
    return this.#held.length;
  }

  countHeld(kind: OperationKind): number {
    return this.#held.filter((operation) => operation.kind === kind).length;
  }

  /** Everything that starts from now on succeeds. */
  clearPlans(): void {
    this.#plans.clear();
  }

  /** The limit counts from here again. */
  resetLimit(): void {
    this.#count = 0;
  }

  #increase(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}

export async function afterMicrotasks(count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) await Promise.resolve();
}
