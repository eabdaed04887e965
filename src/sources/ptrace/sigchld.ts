/** Waits for traced processes within a program's own event loop: signal(7), SIGCHLD. */

/** So long the event loop waits at most while there is always more to do. */
const TURN_MS = 5;
/** Looks without a signal: one that somebody else took. */
const LOOK_MS = 100;

/** Turns of the program's event loop between two looks. */
export class Wakeups {
  private came = false;
  private wake: () => void = () => {};
  private last = performance.now();
  private readonly onSignal = () => {
    this.came = true;
    this.wake();
  };
  private readonly timer = setInterval(this.onSignal, LOOK_MS);

  constructor() {
    process.on("SIGCHLD", this.onSignal);
  }

  /** @param busy there is more to do: a turn only now and then; otherwise until a signal comes */
  async turn(busy: boolean): Promise<void> {
    if (busy) {
      if (performance.now() - this.last < TURN_MS) return;
      await new Promise((resolve) => setImmediate(resolve));
    } else if (!this.came) await new Promise<void>((resolve) => (this.wake = resolve));
    this.came = false;
    this.last = performance.now();
  }

  end(): void {
    clearInterval(this.timer);
    process.off("SIGCHLD", this.onSignal);
  }
}
