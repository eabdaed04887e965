/** Waits for the next stop of a tracee: waitpid(2). It spins first where that is faster. */
import { libc } from "../../ffi/libc.ts";
import { allocate, type Memory } from "../../ffi/memory.ts";
import { joinCpuOf } from "./cpu.ts";
import { SpinChoice } from "./spin-choice.ts";

const __WALL = 0x40000000;
const __WNOTHREAD = 0x20000000;
const WNOHANG = 1;
/** Calls of waitpid(2) before sleeping: 40 to 200 µs. */
const SPIN_COUNT = 100;

/** ru_stime of struct rusage: getrusage(2). */
const RUSAGE_SIZE = 144;
const RU_STIME = 16;

export class SpinWait {
  private readonly statusMemory = allocate(4);
  /** Where the kernel writes the resource usage of the thread that stopped; null for nowhere. */
  private readonly usage: Memory | null;
  private readonly choice = new SpinChoice();

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
    const { choice } = this;
    const begin = performance.now();
    const { spins } = choice;
    let tid = spins ? this.spin() : 0;
    const found = tid !== 0 || !spins;
    if (tid === 0) tid = this.call(-1, __WALL | __WNOTHREAD);
    if (choice.record(performance.now() - begin, found) && tid > 0) joinCpuOf(tid);
    return tid;
  }

  /** @returns 0 if there was no stop */
  private spin(): number {
    for (let spin = 0; spin < SPIN_COUNT; spin++) {
      const tid = this.waitNoHang();
      if (tid !== 0) return tid;
    }
    return 0;
  }

  private call(tid: number, options: number): number {
    const { address } = this.statusMemory;
    if (!this.usage) return libc.waitpid(tid, address, options);
    return libc.wait4(tid, address, options, this.usage.address);
  }
}
