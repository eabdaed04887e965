/** Waits for traced processes within a program's own event loop: signal(7), SIGCHLD. */

/** So long the event loop waits at most while there is always more to do. */
const MAX_BUSY_MS = 5;
/** Looks without a signal: one that somebody else took. */
const POLL_INTERVAL_MS = 100;

/** Turns of the program's event loop between two looks. */
export class SigchldWaiter {
  private signalled = false;
  private resume: () => void = () => {};
  private lastTurn = performance.now();
  private readonly onSignal = () => {
    this.signalled = true;
    this.resume();
  };
  private readonly timer = setInterval(this.onSignal, POLL_INTERVAL_MS);

  constructor() {
    process.on("SIGCHLD", this.onSignal);
  }

  /** @param busy there is more to do: a turn only now and then; otherwise until a signal comes */
  async wait(busy: boolean): Promise<void> {
    if (busy) {
      if (performance.now() - this.lastTurn < MAX_BUSY_MS) return;
      await new Promise((resolve) => setImmediate(resolve));
    } else if (!this.signalled) await new Promise<void>((resolve) => (this.resume = resolve));
    this.signalled = false;
    this.lastTurn = performance.now();
  }

  close(): void {
    clearInterval(this.timer);
    process.off("SIGCHLD", this.onSignal);
  }
}
