/**
 * Waits for the next stop of a tracee: waitpid(2). Waking a sleeping tracer takes 30 to 60 µs on an
 * idle machine, longer than most system calls. So it spins where that helps, and sleeps where it does
 * not: if the tracee is busy, or needs this CPU.
 */
import { libc } from "../../ffi/libc.ts";
import { allocate, type Memory } from "../../ffi/memory.ts";

const __WALL = 0x40000000;
const __WNOTHREAD = 0x20000000;
const WNOHANG = 1;
/** Calls of waitpid(2) before sleeping: about 40 µs. */
const SPIN_COUNT = 100;
/** Spins in a row that may find nothing before spinning is suspended. */
const MAX_FAILED_SPINS = 8;
/** For how many waits spinning is suspended. */
const WAITS_WITHOUT_SPIN = 200;

/** ru_stime of struct rusage: getrusage(2). */
const RUSAGE_SIZE = 144;
const RU_STIME = 16;

export class SpinWait {
  private readonly statusMemory = allocate(4);
  /** Where the kernel writes the resource usage of the thread that stopped; null for nowhere. */
  private readonly usage: Memory | null;
  private failedSpins = 0;
  private waitsWithoutSpin = 0;

  /** @param withUsage whether to read the CPU times of threads that stop */
  constructor(withUsage = false) {
    this.usage = withUsage ? allocate(RUSAGE_SIZE) : null;
  }

  /** The CPU time in the kernel of the last process that stopped, in milliseconds; 0 if not requested. */
  get systemTime(): number {
    const view = this.usage?.view;
    if (!view) return 0;
    const microseconds = view.getBigInt64(RU_STIME + 8, true);
    return Number(view.getBigInt64(RU_STIME, true)) * 1000 + Number(microseconds) / 1000;
  }

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
    return this.call(tid, __WALL | __WNOTHREAD | WNOHANG);
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
    return this.call(-1, __WALL | __WNOTHREAD);
  }

  private call(tid: number, options: number): number {
    const { address } = this.statusMemory;
    if (!this.usage) return libc.waitpid(tid, address, options);
    return libc.wait4(tid, address, options, this.usage.address);
  }
}
