/**
 * What the library's calls are made of: the types of decoded arguments (plain.ts makes the values).
 * Which argument has which is in generated/calls.ts. A bigint is a number that would lose digits as
 * one, and an address of memory that was not looked into or could not be.
 */
import type { FlagNames } from "./generated/flag-names.ts";

export type Integer = number | bigint;
export type Address = bigint;

/** NULL is null; what could not be read is its address. */
export type Pointer<T> = T | Address | null;
/** Of a call without arguments. */
export type Nothing = Record<string, never>;
/** A string, of which `bytesOf` gives the bytes. */
export type Text = string;

/** Where an fd leads: as /proc/PID/fd has it, of AT_FDCWD (-100) the working directory. */
export interface Fd {
  readonly fd: number;
  readonly path?: Text;
}

/** A bit set, or a value with a name. */
export interface Named<Name extends string> {
  readonly value: Integer;
  readonly names: readonly Name[];
  /** Bits, or the whole of a value, without a name: 0 where all have one. */
  readonly rest: Integer;
  has(name: Name): boolean;
}
/** The same by the name of its set. */
export type Flags<Set extends keyof FlagNames> = Named<FlagNames[Set]>;

/** Anything: what depends on other arguments. */
export type Decoded =
  | null
  | number
  | bigint
  | string
  | Named<string>
  | Fd
  | readonly Decoded[]
  | { readonly [name: string]: Decoded };

/** A signal's name, "SIGTERM"; a number that is none's. */
export type Signal = string | Integer;
/** "[INT TERM]", "~[KILL STOP]". */
export type SignalSet = string;

export interface Stat {
  /** "S_IFREG|0644". */
  readonly st_mode: string;
  readonly st_size?: Integer;
  /** "makedev(0x1, 0x3)". */
  readonly st_rdev?: string;
}
export interface Statx {
  readonly stx_mask: Flags<"statx">;
  readonly stx_attributes: Flags<"statx_attributes">;
  readonly stx_mode: string;
  readonly stx_size: Integer;
}
export interface Statfs {
  readonly f_type: Flags<"filesystem">;
  readonly f_bsize: Integer;
  readonly f_blocks: Integer;
  readonly f_bfree: Integer;
  readonly f_bavail: Integer;
  readonly f_files: Integer;
  readonly f_ffree: Integer;
  readonly f_fsid: { readonly val: readonly number[] };
  readonly f_namelen: Integer;
  readonly f_frsize: Integer;
  readonly f_flags: Named<string>;
}
export interface Timespec {
  readonly tv_sec: Integer;
  readonly tv_nsec: Integer;
}
export interface Timeval {
  readonly tv_sec: Integer;
  readonly tv_usec: Integer;
}
/** Of what a process has used: its times. */
export interface Usage {
  readonly ru_utime: Timeval;
  readonly ru_stime: Timeval;
}
/** @template T Timespec or Timeval */
export interface Timer<T> {
  readonly it_interval: T;
  readonly it_value: T;
}
/** Which fields there are depends on the family. */
export interface SocketAddress {
  readonly sa_family: Flags<"family">;
  /** In the host's order. */
  readonly sin_port?: number;
  readonly sin_addr?: string;
  readonly sin6_port?: number;
  readonly sin6_addr?: string;
  /** A name that no file has begins with "@". */
  readonly sun_path?: Text;
  readonly [field: string]: Decoded | undefined;
}
export interface Vector {
  readonly iov_base: Pointer<Text>;
  readonly iov_len: Integer;
}
export interface Message {
  readonly msg_name?: Pointer<SocketAddress>;
  /** "128 => 16" where the kernel wrote another than there was room for. */
  readonly msg_namelen: number | string;
  readonly msg_iov?: Pointer<readonly Vector[]>;
  readonly msg_iovlen?: Integer;
  readonly msg_control?: Decoded;
  readonly msg_controllen?: Integer;
  readonly msg_flags?: Flags<"message">;
}
export interface PollFd {
  readonly fd: Fd;
  readonly events?: Flags<"poll">;
}
export interface EpollEvent {
  readonly events: Flags<"epoll">;
  readonly data: { readonly u32: Integer; readonly u64: Integer };
}
/** A limit is a number, or "RLIM64_INFINITY". */
export interface Limits {
  readonly rlim_cur: Integer | string;
  readonly rlim_max: Integer | string;
}
export interface SignalAction {
  /** "SIG_DFL", "SIG_IGN", or its address. */
  readonly sa_handler: string | Address;
  readonly sa_mask: SignalSet;
  readonly sa_flags: Flags<"sigaction">;
  readonly sa_restorer?: Integer;
}
/** How a child ended or stopped: signals by name. */
export type WaitStatus =
  | { readonly exited: number }
  | { readonly stopped: string }
  | { readonly killed: string; readonly core: number }
  | string;
export interface OpenHow {
  readonly flags: Flags<"open_access" | "open">;
  readonly mode?: Integer;
  readonly resolve: Flags<"resolve">;
}
export interface CloneArguments {
  readonly flags: Flags<"clone">;
  readonly exit_signal?: Signal;
  readonly [field: string]: Decoded | undefined;
}
