/** What is injected into a system call: strace(1), "-e inject". */
import type { Abi } from "./table.ts";

/** Bytes that overwrite the memory that an argument points to. */
export interface Poke {
  /** Index of the argument, from 0. */
  readonly argument: number;
  readonly bytes: Uint8Array;
}

export interface Injection {
  /** The result of the call, which is not executed then; -errno if it fails. */
  readonly result: bigint | null;
  /** Whether the result is an error. A value from `retval=` never is, whatever it is. */
  readonly fails: boolean;
  /** The call that is executed instead; null for none. */
  readonly replacement: string | null;
  /** A signal that is delivered at the entry; 0 for none. */
  readonly signal: number;
  /** How long the thread is held at the entry and at the exit, in milliseconds. */
  readonly delayEntry: number;
  readonly delayExit: number;
  readonly pokeEntry: readonly Poke[];
  readonly pokeExit: readonly Poke[];
  /** The calls of a thread that are affected: numbers `first`, `first + step`, … up to `last`. */
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/** A set of calls: filters/call-set.ts. */
export interface WantedCalls {
  has(name: string, abi: Abi): boolean;
}

/** The last one whose set has a call applies to it. */
export type Injections = readonly {
  readonly calls: WantedCalls;
  readonly injection: Injection;
}[];

/** Whether an injection affects a call. @param count the number of the call, from 1 */
export function affects({ first, last, step }: Injection, count: number): boolean {
  return count >= first && count <= last && (count - first) % step === 0;
}

/** Whether an injection delivers a signal. */
export function injectsSignals(injections: Injections): boolean {
  return injections.some(({ injection }) => injection.signal > 0);
}
