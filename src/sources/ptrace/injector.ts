/** Injects results, signals, delays and data into the system calls of tracees: strace's -e inject. */
import type { SyscallEvent } from "../../events/syscall-event.ts";
import { X32_SYSCALL_BIT } from "../../kernel/ptrace.ts";
import { affects, type Injection, type Injections, type Poke } from "../../syscalls/injection.ts";
import { argumentsOf, syscallNumber } from "../../syscalls/table.ts";
import { CallRegisters } from "./registers.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import type { Resumption, Tracee } from "./tracee.ts";
import type { TraceeMemory } from "./tracee-memory.ts";

const NO_CALL = -1;

export class Injector {
  private readonly injections: Injections;
  private readonly memory: Pick<TraceeMemory, "pid" | "write">;
  private readonly warn: (message: string) => void;
  private readonly registers: Pick<CallRegisters, "setNumber" | "setResult">;
  /** The number of calls of each thread, by name. */
  private readonly counts = new WeakMap<Tracee, Map<string, number>>();
  /** Injections into calls that have not ended. */
  private readonly active = new WeakMap<SyscallEvent, Injection>();

  /**
   * @param memory the memory of the thread whose stop is handled
   * @param warn receives what could not be injected
   * @param registers of stopped threads
   */
  constructor(
    injections: Injections,
    memory: Pick<TraceeMemory, "pid" | "write">,
    warn: (message: string) => void,
    registers: Pick<CallRegisters, "setNumber" | "setResult"> = new CallRegisters(),
  ) {
    this.injections = injections;
    this.memory = memory;
    this.warn = warn;
    this.registers = registers;
  }

  /** Counts a call and returns the injection that affects it. */
  private find({ name, abi }: SyscallEvent, tracee: Tracee): Injection | null {
    const injection = this.injections.findLast(({ calls }) => calls.has(name, abi))?.injection;
    if (!injection) return null;
    let counts = this.counts.get(tracee);
    if (!counts) {
      counts = new Map();
      this.counts.set(tracee, counts);
    }
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return affects(injection, count) ? injection : null;
  }

  /**
   * Injects into a call that is about to be executed.
   * @param decodeAgain is called if the memory behind the arguments has changed
   * @returns how to resume the thread
   */
  enter(
    event: SyscallEvent,
    stop: SyscallStop,
    tracee: Tracee,
    decodeAgain: () => void,
  ): Resumption | null {
    const injection = this.find(event, tracee);
    this.active.delete(event);
    if (!injection) return null;
    this.active.set(event, injection);
    if (injection.result !== null)
      this.registers.setNumber(stop.tid, replacementNumber(injection, stop));
    if (this.poke(injection.pokeEntry, event, stop)) decodeAgain();
    event.delayed = injection.delayEntry > 0;
    return { signal: injection.signal, delay: injection.delayEntry };
  }

  /** Injects into a call that has been executed, before it is decoded. */
  exit(event: SyscallEvent, stop: SyscallStop, tracee: Tracee): Resumption | null {
    const injection = this.active.get(event);
    if (!injection) return null;
    this.active.delete(event);
    const { result, fails, delayExit } = injection;
    this.poke(injection.pokeExit, event, stop);
    if (result !== null) {
      this.registers.setResult(tracee.tid, result);
      stop.result = result;
      stop.failed = fails;
      event.injected = [...event.injected, "retval"];
    }
    if (delayExit === 0) return null;
    event.delayed = true;
    return { signal: 0, delay: delayExit };
  }

  /** Overwrites memory. @returns whether any byte was written */
  private poke(pokes: readonly Poke[], event: SyscallEvent, stop: SyscallStop): boolean {
    const written = pokes.filter((poke) => this.pokeOne(poke, event, stop)).length > 0;
    if (written && !event.injected.includes("args")) event.injected = ["args"];
    return written;
  }

  private pokeOne({ argument, bytes }: Poke, event: SyscallEvent, stop: SyscallStop): boolean {
    const { name, abi } = event;
    const count = argumentsOf(name, abi)?.length ?? stop.args.length;
    const subject = `inject: ${name} of ${this.memory.pid}: argument ${argument + 1}`;
    if (argument >= count) {
      this.warn(`${subject}: the call has only ${count}`);
      return false;
    }
    const address = Number(stop.args[argument]);
    const length = this.memory.write(address, bytes);
    if (length < bytes.length)
      this.warn(
        `${subject}: ${length} of ${bytes.length} bytes written to 0x${address.toString(16)}`,
      );
    return length > 0;
  }
}

function replacementNumber({ replacement }: Injection, { abi }: SyscallStop): number {
  const number = replacement === null ? undefined : syscallNumber(abi, replacement);
  if (number === undefined) return NO_CALL;
  return abi === "x32" ? number + X32_SYSCALL_BIT : number;
}
