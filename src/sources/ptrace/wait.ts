/**
 * Waits for the next stop of a tracee: waitpid(2). Waking a sleeping tracer takes 30 to 60 µs on an
 * idle machine, longer than most system calls. So it spins where that helps, and sleeps where it does
 * not: if the tracee is busy, or needs this CPU.
 */
import { libc } from "../../ffi/libc.ts";
import { allocate } from "../../ffi/memory.ts";

const __WALL = 0x40000000;
const __WNOTHREAD = 0x20000000;
const WNOHANG = 1;
/** Calls of waitpid(2) before sleeping: about 40 µs. */
const SPIN_COUNT = 100;
/** Spins in a row that may find nothing before spinning is suspended. */
const MAX_FAILED_SPINS = 8;
/** For how many waits spinning is suspended. */
const WAITS_WITHOUT_SPIN = 200;

export class SpinWait {
  private readonly statusMemory = allocate(4);
  private failedSpins = 0;
  private waitsWithoutSpin = 0;

  /** The wait status of the last tracee that stopped. */
  get status(): number {
    return this.statusMemory.view.getInt32(0, true);
  }

  /**
   * Takes a pending stop.
   * @param tid the thread to wait for; -1 for any
   * @returns the thread's tid; 0 if none has stopped; -1 on failure, with errno set
   */
  waitNoHang(tid = -1): number {
    return libc.waitpid(tid, this.statusMemory.address, __WALL | __WNOTHREAD | WNOHANG);
  }

  /**
   * Waits for the next stop of any thread.
   * @returns the thread's tid; -1 on failure, with errno set
   */
  wait(): number {
    if (this.waitsWithoutSpin > 0) this.waitsWithoutSpin--;
    else {
      for (let spin = 0; spin < SPIN_COUNT; spin++) {
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
