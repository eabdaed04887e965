/** Waits for traced processes in a program's own event loop: signal(7), SIGCHLD. */

/** The longest time that the event loop is blocked while stops keep coming. */
const MAX_BUSY_MS = 5;
/** Polling interval, for a signal that another handler consumed. */
const POLL_INTERVAL_MS = 100;
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

  /**
   * Returns to the event loop.
   * @param busy whether there was a stop: then yields only if MAX_BUSY_MS have passed; otherwise
   *   waits for a signal
   */
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
