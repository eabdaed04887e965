/**
 * Waits for the next stop of a tracee: waitpid(2). Who sleeps is woken late, by 30 to 60 µs on a
 * machine that has nothing else to do, which is longer than most calls take. So it looks again and
 * again where that pays, and sleeps where it does not: the tracee is busy, or needs this processor.
 */
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";

const __WALL = 0x40000000;
const __WNOTHREAD = 0x20000000;
const WNOHANG = 1;
/** Looks before sleeping: about 40 µs of them. */
const LOOKS = 100;
/** After so many waits in a row that looking did not shorten, it is left for a while. */
const MOST_IN_VAIN = 8;
const WAITS_WITHOUT = 200;

export class StopWait {
  private readonly word = allocate(4);
  private inVain = 0;
  private without = 0;

  /** What waitpid says of the last tracee. */
  get status(): number {
    return this.word.view.getInt32(0, true);
  }

  /**
   * Whose stop is there already; 0: nobody's, -1: errno says why.
   * @param tid -1: anybody's
   */
  now(tid = -1): number {
    return libc.waitpid(tid, this.word.address, __WALL | __WNOTHREAD | WNOHANG);
  }

  /** Whose stop comes next; -1: errno says why there is none. */
  next(): number {
    if (this.without > 0) this.without--;
    else {
      for (let look = 0; look < LOOKS; look++) {
        const tid = this.now();
        if (tid === 0) continue;
        this.inVain = 0;
        return tid;
      }
      if (++this.inVain === MOST_IN_VAIN) {
        this.inVain = 0;
        this.without = WAITS_WITHOUT;
      }
    }
    return libc.waitpid(-1, this.word.address, __WALL | __WNOTHREAD);
  }
}
