/** Rings in our own memory, whose calls and completions the tests make up. */
import { describe, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "../../../../src/ffi/errno.ts";
import { close } from "../../../../src/ffi/fd.ts";
import { libc } from "../../../../src/ffi/libc.ts";
import { SYS } from "../../../../src/ffi/machine.ts";
import { allocate, foreign } from "../../../../src/ffi/memory.ts";
import * as uring from "../../../../src/kernel/io-uring.ts";
import { SyscallStop } from "../../../../src/sources/ptrace/syscall-stop.ts";
import { parseRingLayout, sqesSize } from "../../../../src/sources/ptrace/uring/layout.ts";
import { UringTracker } from "../../../../src/sources/ptrace/uring/tracker.ts";
import { ringParams } from "./fake-ring.ts";

const { IO_URING_PARAMS: PARAMS, SQRING_OFFSETS, CQRING_OFFSETS } = uring;
const PID = process.pid;
/** Another thread of ours: its memory is the same. */
const OTHER = Number(readdirSync("/proc/self/task").find((tid) => tid !== `${PID}`));
/** Requests with this opcode are not of interest. */
const NOP = 0;
const WANTED = 1;
const us = { tid: PID, tgid: PID };
const other = { tid: OTHER, tgid: PID };

interface Request {
  readonly tid: number;
  readonly flags: number;
  readonly data: bigint;
}

/** A ring in memory that its program provided: IORING_SETUP_NO_MMAP. */
class MemoryRing {
  readonly params = allocate(uring.IO_URING_PARAMS_SIZE);
  readonly fd: number;
  private readonly rings;
  private readonly sqes;
  private readonly layout;
  private tail = 0;
  get queued(): number {
    return this.tail;
  }
  private completed = 0;

  constructor(path: string, flags = 0) {
    this.fd = openSync(path, "w");
    const described = ringParams(8, flags | uring.IORING_SETUP_NO_MMAP);
    this.params.bytes.set(new Uint8Array(described.buffer));
    this.layout = parseRingLayout(described)!;
    const { array, sqEntries, sqMask, cqMask, cqEntries } = this.layout;
    this.rings = allocate(array + 4 * sqEntries);
    this.sqes = allocate(sqesSize(this.layout));
    const address = (field: number, at: number) =>
      this.params.view.setBigUint64(field, BigInt(at), true);
    address(PARAMS.cq_off + CQRING_OFFSETS.user_addr, this.rings.address);
    address(PARAMS.sq_off + SQRING_OFFSETS.user_addr, this.sqes.address);
    this.rings.view.setUint32(sqMask, sqEntries - 1, true);
    this.rings.view.setUint32(cqMask, cqEntries - 1, true);
  }

  private set(field: "sqHead" | "sqTail" | "cqHead" | "cqTail", value: number): void {
    this.rings.view.setUint32(this.layout[field], value, true);
  }

  /** Adds an entry to the submission queue. */
  queue(data: bigint, opcode = WANTED, flags = 0): void {
    const index = this.tail & 7;
    const at = index * uring.SQE_SIZE;
    this.sqes.view.setUint8(at + uring.SQE.opcode, opcode);
    this.sqes.view.setUint8(at + uring.SQE.flags, flags);
    this.sqes.view.setBigUint64(at + uring.SQE.user_data, data, true);
    this.rings.view.setUint32(this.layout.array + 4 * index, index, true);
    this.set("sqTail", ++this.tail);
  }

  /** The kernel has taken entries up to this position. */
  take(position: number): void {
    this.set("sqHead", position);
  }

  /** Makes the memory that of no ring. */
  spoil(): void {
    this.rings.view.setUint32(this.layout.sqMask, 1, true);
  }

  complete(data: bigint, result: number): void {
    const at = this.layout.cqes + (this.completed & 15) * uring.CQE_SIZE;
    this.rings.view.setBigUint64(at + uring.CQE.user_data, data, true);
    this.rings.view.setInt32(at + uring.CQE.res, result, true);
    this.set("cqTail", ++this.completed);
  }

  /** The program has taken all completions. */
  reap(): void {
    this.set("cqHead", this.completed);
  }
}

function stop(number: number, args: readonly (number | bigint)[], result?: number): SyscallStop {
  const call = new SyscallStop();
  call.number = number;
  for (const [index, value] of args.entries()) call.args[index] = BigInt(value);
  call.result = BigInt(result ?? 0);
  call.failed = (result ?? 0) < 0;
  return call;
}

/** A tracker, and what it says. @param unwanted opcodes that are not of interest */
function tracked(unwanted = [NOP]) {
  const said: string[] = [];
  const watched: number[] = [];
  const tracker = new UringTracker<Request>({
    capture(sqe, { tid }) {
      if (unwanted.includes(sqe.getUint8(uring.SQE.opcode))) return null;
      const data = sqe.getBigUint64(uring.SQE.user_data, true);
      return { tid, flags: sqe.getUint8(uring.SQE.flags), data };
    },
    completed: ({ data }, result, isReaped) =>
      said.push(`${data} = ${result}${isReaped ? " reaped" : ""}`),
    skipped: ({ data }) => said.push(`${data} skipped`),
    watchExit: ({ tid }) => watched.push(tid),
  });
  const enterArgs = (fd: number, count: number, flags = 0) => [fd, count, 0, flags];
  return {
    ...{ tracker, said, watched },
    setup: (ring: MemoryRing, result = ring.fd) =>
      tracker.callExited(stop(SYS.io_uring_setup, [8, ring.params.address], result), us),
    begin: (fd: number, count: number, thread = us, flags = 0) =>
      tracker.callEntered(stop(SYS.io_uring_enter, enterArgs(fd, count, flags)), thread),
    end: (fd: number, result: number, thread = us, flags = 0) =>
      tracker.callExited(stop(SYS.io_uring_enter, enterArgs(fd, 0, flags), result), thread),
    register: (fd: number, opcode: number, address: number, result: number) =>
      tracker.callExited(stop(SYS.io_uring_register, [fd, opcode, address, 1], result), us),
    losses: () => tracker.losses().map(({ count }) => count),
  };
}

const NONE = [0, 0, 0];

function withRing(flags: number, use: (ring: MemoryRing, all: ReturnType<typeof tracked>) => void) {
  const directory = mkdtempSync(join(tmpdir(), "trace-ring-"));
  const ring = new MemoryRing(join(directory, "ring"), flags);
  const all = tracked();
  try {
    all.setup(ring);
    use(ring, all);
  } finally {
    closeSync(ring.fd);
    rmSync(directory, { recursive: true });
  }
}

test("only calls of rings are those of rings", () => {
  const numbers = [SYS.io_uring_setup, SYS.io_uring_enter, SYS.io_uring_register];
  const handled = (number: number) => UringTracker.handles(stop(number, []));
  expect(numbers.map(handled)).toEqual([true, true, true]);
  expect([numbers[0] - 1, numbers[2] + 1].map(handled)).toEqual([false, false]);
  withRing(0, (ring, { tracker }) => {
    ring.queue(1n);
    tracker.callEntered(stop(SYS.io_uring_register, [ring.fd, 1, 0, 0]), us);
    expect(tracker.isPending).toBe(false);
  });
});

describe("a request", () => {
  test("ends with its completion, which the program may have taken", () => {
    withRing(0, (ring, { begin, end, said, losses, watched, tracker }) => {
      ring.queue(1n);
      begin(ring.fd, 1);
      expect(tracker.isPending).toBe(true);
      ring.take(1);
      ring.complete(1n, -2);
      end(ring.fd, 1);
      ring.queue(2n);
      begin(ring.fd, 1);
      ring.take(2);
      ring.complete(2n, 5);
      ring.reap();
      end(ring.fd, 1);
      expect(said).toEqual(["1 = -2", "2 = 5 reaped"]);
      expect([losses(), watched, tracker.isPending]).toEqual([NONE, [PID], false]);
    });
  });

  test("of another kind is none", () => {
    withRing(0, (ring, { begin, end, said, watched, tracker }) => {
      ring.queue(1n, NOP);
      begin(ring.fd, 1);
      expect([tracker.isPending, watched]).toEqual([false, []]);
      ring.complete(1n, 0);
      end(ring.fd, 1);
      expect(said).toEqual([]);
    });
  });

  test("that the kernel did not take is none, and comes again", () => {
    withRing(0, (ring, { begin, end, said, losses, tracker }) => {
      for (const data of [1n, 2n, 3n]) ring.queue(data);
      begin(ring.fd, 3);
      ring.take(1);
      ring.complete(1n, 0);
      end(ring.fd, 1);
      begin(ring.fd, 2);
      expect(tracker.isPending).toBe(true);
      end(ring.fd, -16);
      expect([losses(), tracker.isPending]).toEqual([NONE, false]);
      begin(ring.fd, 1);
      ring.take(2);
      ring.complete(2n, 0);
      end(ring.fd, 1);
      expect([said, losses()]).toEqual([["1 = 0", "2 = 0"], NONE]);
    });
  });

  test("is submitted once if two threads submit at once", () => {
    withRing(0, (ring, { begin, end, said, losses }) => {
      for (const data of [1n, 2n]) ring.queue(data);
      begin(ring.fd, 1);
      begin(ring.fd, 1, other);
      ring.take(2);
      ring.complete(1n, 11);
      ring.complete(2n, 22);
      end(ring.fd, 1);
      end(ring.fd, 1, other);
      expect([said, losses()]).toEqual([["1 = 11", "2 = 22"], NONE]);
      // With nobody submitting, the queue begins at its head again.
      ring.queue(3n);
      begin(ring.fd, 1);
      ring.complete(3n, 33);
      end(ring.fd, 1);
      expect(said.at(-1)).toBe("3 = 33");
    });
  });

  test("that has not completed is known as lost, and may complete at any stop", () => {
    withRing(0, (ring, { begin, end, said, losses, tracker }) => {
      ring.queue(1n);
      begin(ring.fd, 1);
      end(ring.fd, 1);
      expect(losses()).toEqual([0, 0, 1]);
      tracker.poll({ tid: 1, tgid: 1 });
      ring.complete(1n, 7);
      tracker.poll(other);
      expect([said, losses()]).toEqual([["1 = 7"], NONE]);
    });
  });

  test("without a completion has succeeded once its thread has ended; others are lost", () => {
    withRing(0, (ring, { begin, end, said, losses, tracker }) => {
      ring.queue(1n, WANTED, uring.IOSQE_CQE_SKIP_SUCCESS);
      ring.queue(2n);
      ring.queue(3n, NOP, uring.IOSQE_CQE_SKIP_SUCCESS);
      begin(ring.fd, 3);
      end(ring.fd, 3);
      tracker.left(other, false);
      expect(said).toEqual([]);
      tracker.left(us, true);
      expect([said, losses(), tracker.isPending]).toEqual([["1 skipped"], [0, 0, 1], false]);
      // Its process has no user of the ring any more.
      ring.complete(2n, 0);
      tracker.poll(other);
      expect(said).toEqual(["1 skipped"]);
    });
  });

  test("is not taken for another that has the same data", () => {
    withRing(0, (ring, { begin, end, said, losses }) => {
      const submit = (requests: readonly (readonly [opcode: number, flags: number])[]) => {
        for (const [opcode, flags] of requests) ring.queue(1n, opcode, flags);
        begin(ring.fd, requests.length);
        return (...results: number[]) => {
          for (const result of results) ring.complete(1n, result);
          ring.take(ring.queued);
          end(ring.fd, requests.length);
        };
      };
      submit([
        [NOP, 0],
        [WANTED, 0],
      ])(3, 4);
      expect([said, losses()]).toEqual([[], [0, 0, 1]]);
      // One that completes without a word is not waited for.
      submit([
        [NOP, uring.IOSQE_CQE_SKIP_SUCCESS],
        [WANTED, 0],
      ])(5);
      // A completion counts once.
      submit([[WANTED, 0]])();
      expect([said, losses()]).toEqual([["1 = 5"], [0, 0, 2]]);
    });
  });

  test("may be submitted again by another thread if the first is killed before", () => {
    withRing(0, (ring, { begin, end, said, losses, tracker }) => {
      ring.queue(1n);
      begin(ring.fd, 1, other);
      tracker.left(other, false);
      expect(losses()).toEqual([0, 0, 1]);
      begin(ring.fd, 1);
      ring.complete(1n, 6);
      tracker.poll(us);
      end(ring.fd, 1);
      expect(said).toEqual(["1 = 6"]);
    });
  });

  test("completes when another thread of its process has ended", () => {
    withRing(0, (ring, { begin, end, said, tracker }) => {
      ring.queue(1n);
      begin(ring.fd, 1);
      end(ring.fd, 1);
      tracker.left(other, false);
      ring.complete(1n, 8);
      tracker.poll(us);
      expect(said).toEqual(["1 = 8"]);
    });
  });

  test("of another process completes when the process that made the ring has ended", () => {
    withRing(0, (ring, { begin, end, said, tracker }) => {
      const heir = { tid: OTHER, tgid: OTHER };
      ring.queue(1n);
      begin(ring.fd, 1, heir);
      end(ring.fd, 1, heir);
      tracker.left(us, true);
      ring.complete(1n, 8);
      // Another process with the number of the first does not have the ring.
      tracker.poll(us);
      expect(said).toEqual([]);
      tracker.poll(heir);
      expect(said).toEqual(["1 = 8"]);
    });
  });

  test("is no unknown ring's if the ring was closed meanwhile", () => {
    withRing(0, (ring, { begin, end, losses }) => {
      ring.queue(1n, NOP);
      begin(ring.fd, 1);
      const moved = openSync(`/proc/self/fd/${ring.fd}`, "r");
      closeSync(ring.fd);
      end(ring.fd, 1);
      expect(losses()).toEqual(NONE);
      expect(openSync(`/proc/self/fd/${moved}`, "r")).toBe(ring.fd);
      closeSync(moved);
    });
  });

  test("completes before its thread leaves", () => {
    withRing(0, (ring, { begin, end, said, tracker }) => {
      ring.queue(1n);
      begin(ring.fd, 1);
      end(ring.fd, 1);
      ring.complete(1n, 4);
      tracker.leaving(other);
      expect(said).toEqual([]);
      tracker.leaving(us);
      expect(said).toEqual(["1 = 4"]);
      tracker.stayed(us);
    });
  });
});

describe("a ring", () => {
  test("with a polling thread is a loss, and is not read", () => {
    withRing(uring.IORING_SETUP_SQPOLL, (ring, { begin, end, losses, tracker }) => {
      ring.queue(1n);
      begin(ring.fd, 1);
      end(ring.fd, 1);
      expect([losses(), tracker.isPending]).toEqual([[1, 0, 0], false]);
    });
  });

  test("that failed to be made is none, and one that cannot be understood is a loss", () => {
    withRing(0, (ring, { setup, losses, begin, end, tracker }) => {
      setup(ring, -12);
      expect(losses()).toEqual(NONE);
      ring.params.view.setUint32(PARAMS.flags, 1 << 30, true);
      setup(ring);
      expect(losses()).toEqual([0, 1, 0]);
      // The fd is not that of the ring that was there before.
      ring.queue(1n);
      begin(ring.fd, 1);
      expect(tracker.isPending).toBe(false);
      end(ring.fd, 1);
      expect(losses()).toEqual([0, 1, 0]);
    });
  });

  test("that is not known is a loss once it takes requests", () => {
    withRing(0, (_ring, { begin, end, losses, register }) => {
      register(999_999, uring.IORING_REGISTER_RESIZE_RINGS, 0, 0);
      begin(999_999, 1);
      end(999_999, -9);
      expect(losses()).toEqual(NONE);
      end(999_999, 0);
      expect(losses()).toEqual(NONE);
      end(999_999, 1);
      end(999_999, 1);
      expect(losses()).toEqual([0, 1, 0]);
    });
  });

  test("with the file of an earlier one replaces it, whose requests are lost", () => {
    withRing(0, (ring, { setup, begin, end, said, losses, tracker }) => {
      ring.queue(1n);
      begin(ring.fd, 1);
      end(ring.fd, 1);
      setup(ring);
      expect([said, losses(), tracker.isPending]).toEqual([[], [0, 0, 1], false]);
    });
  });

  test("is known beside others", () => {
    withRing(0, (ring, { setup, begin, end, said }) => {
      const second = new MemoryRing("/dev/null");
      setup(second);
      ring.queue(1n);
      // The kernel takes the lower half of the register.
      begin(ring.fd + 2 ** 32, 1);
      ring.complete(1n, 3);
      end(ring.fd, 1);
      expect(said).toEqual(["1 = 3"]);
      closeSync(second.fd);
    });
  });

  test("whose memory is not that of a ring is a loss", () => {
    withRing(0, (ring, { begin, end, losses, tracker }) => {
      ring.queue(1n);
      ring.spoil();
      begin(ring.fd, 1);
      expect([losses(), tracker.isPending]).toEqual([[0, 1, 0], false]);
      end(ring.fd, 1);
      expect(losses()).toEqual([0, 1, 0]);
    });
  });

  test("may be named by the index that its thread has registered", () => {
    withRing(0, (ring, { register, begin, end, said, losses }) => {
      const update = allocate(uring.RSRC_UPDATE_SIZE);
      update.view.setUint32(uring.RSRC_UPDATE.offset, 3, true);
      update.view.setBigUint64(uring.RSRC_UPDATE.data, BigInt(ring.fd), true);
      register(ring.fd, uring.IORING_REGISTER_RING_FDS, update.address, 1);
      const submit = (data: bigint, index: number) => {
        ring.queue(data);
        begin(index, 1, us, uring.IORING_ENTER_REGISTERED_RING);
        ring.take(Number(data));
        ring.complete(data, 0);
        end(index, 1, us, uring.IORING_ENTER_REGISTERED_RING);
      };
      submit(1n, 3);
      expect([said, losses()]).toEqual([["1 = 0"], NONE]);
      register(ring.fd, uring.IORING_UNREGISTER_RING_FDS, update.address, 1);
      submit(2n, 3);
      expect([said, losses()]).toEqual([["1 = 0"], [0, 1, 0]]);
    });
  });

  test("without an fd is known by its index only", () => {
    withRing(uring.IORING_SETUP_REGISTERED_FD_ONLY, (ring, all) => {
      const { tracker, setup, begin, end, said } = all;
      setup(ring, 2);
      const flags = uring.IORING_ENTER_REGISTERED_RING;
      ring.queue(1n);
      begin(2, 1, us, flags);
      ring.complete(1n, 0);
      end(2, 1, us, flags);
      expect(said).toEqual(["1 = 0"]);
      tracker.left(us, true);
      ring.queue(2n);
      begin(2, 1, us, flags);
      expect(tracker.isPending).toBe(false);
    });
  });

  test("has its new layout after a resize", () => {
    withRing(0, (ring, { register, begin, end, said, losses, tracker }) => {
      const larger = new MemoryRing(`/proc/self/fd/${ring.fd}`);
      register(ring.fd, uring.IORING_REGISTER_RESIZE_RINGS, larger.params.address, 0);
      larger.queue(9n);
      begin(ring.fd, 1);
      larger.complete(9n, 1);
      end(ring.fd, 1);
      expect(said).toEqual(["9 = 1"]);
      larger.params.view.setUint32(PARAMS.sq_entries, 3, true);
      register(ring.fd, uring.IORING_REGISTER_RESIZE_RINGS, larger.params.address, 0);
      expect([losses(), tracker.isPending]).toEqual([[0, 1, 0], false]);
      closeSync(larger.fd);
    });
  });
});

test("the last requests of a process complete in the ring that was held", () => {
  const params = allocate(uring.IO_URING_PARAMS_SIZE);
  const call = (number: number, ...args: number[]) =>
    check(libc.syscall(number, args[0], args[1], args[2], args[3] ?? 0, 0, 0), `call ${number}`);
  const fd = call(SYS.io_uring_setup, 4, params.address, 0);
  const layout = parseRingLayout(params.view)!;
  const map = (size: number, offset: number) =>
    check(libc.mmap(0, size, 3, 1, fd, BigInt(offset)), "mmap");
  const rings = map(4096, 0);
  const sqes = map(sqesSize(layout), uring.IORING_OFF_SQES);
  const { tracker, said, losses } = tracked([]);
  tracker.callExited(stop(SYS.io_uring_setup, [4, params.address], fd), us);
  foreign(sqes + uring.SQE.user_data, 8).view.setBigUint64(0, 77n, true);
  foreign(rings + layout.sqTail, 4).view.setUint32(0, 1, true);
  tracker.callEntered(stop(SYS.io_uring_enter, [fd, 1, 0, 0]), us);
  const mappings = () =>
    readFileSync("/proc/self/maps", "latin1").match(/anon_inode:\[io_uring\]/g)?.length;
  const before = mappings();
  tracker.leaving(us);
  expect(mappings()).toBeGreaterThan(before!);
  tracker.stayed(us);
  expect(mappings()).toBe(before);
  tracker.leaving(us);
  expect([said, tracker.isPending]).toEqual([[], true]);
  expect(call(SYS.io_uring_enter, fd, 1, 1, 1)).toBe(1);
  tracker.left(us, true);
  expect([said, losses(), tracker.isPending]).toEqual([["77 = 0"], NONE, false]);
  expect(mappings()).toBe(before);
  libc.syscall(SYS.munmap, rings, 4096, 0, 0, 0, 0);
  libc.syscall(SYS.munmap, sqes, sqesSize(layout), 0, 0, 0, 0);
  close(fd);
});
