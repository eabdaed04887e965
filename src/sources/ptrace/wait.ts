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
const SPIN_COUNT = 100;
/** After so many waits in a row that looking did not shorten, it is left for a while. */
const MAX_FAILED_SPINS = 8;
const WAITS_WITHOUT_SPIN = 200;

export class SpinWait {
  private readonly statusMemory = allocate(4);
  private failedSpins = 0;
  private waitsWithoutSpin = 0;

  /** What waitpid says of the last tracee. */
  get status(): number {
    return this.statusMemory.view.getInt32(0, true);
  }

  /**
   * Whose stop is there already; 0: nobody's, -1: errno says why.
   * @param tid -1: anybody's
   */
  waitNoHang(tid = -1): number {
    return libc.waitpid(tid, this.statusMemory.address, __WALL | __WNOTHREAD | WNOHANG);
  }

  /** Whose stop comes next; -1: errno says why there is none. */
  wait(): number {
    if (this.waitsWithoutSpin > 0) this.waitsWithoutSpin--;
    else {
      for (let look = 0; look < SPIN_COUNT; look++) {
        const tid = this.waitNoHang();
        if (tid === 0) continue;
        this.failedSpins = 0;
        return tid;
      }
      if (++this.failedSpins === MAX_FAILED_SPINS) {
        this.failedSpins = 0;
        this.waitsWithoutSpin = WAITS_WITHOUT_SPIN;
      }
    }
    return libc.waitpid(-1, this.statusMemory.address, __WALL | __WNOTHREAD);
  }
}
