/**
 * The types of decoded arguments in the library's calls. to-plain.ts makes the values;
 * generated/calls.ts assigns a type to each argument. A bigint is either an integer too large for a
 * number, or an address whose memory was not or could not be read.
 */
import type { FlagNames } from "./generated/flag-names.ts";
import type { WaitOutcome } from "./wait-status.ts";

export type Integer = number | bigint;
export type Address = bigint;

/** NULL is null; unreadable memory is its address. */
export type Pointer<T> = T | Address | null;
/** The arguments of a call without any. */
export type Nothing = Record<string, never>;
/** A string; `bytesOf` returns its bytes. */
export type Text = string;

/**
 * A file descriptor with its target in /proc/PID/fd; for AT_FDCWD (-100) the working directory. The
 * others are known if the expression asks for them by decode-fds=.
 */
export interface Fd {
  readonly fd: number;
  readonly path?: Text;
  /** "TCP:[127.0.0.1:1->127.0.0.1:2]". */
  readonly socket?: string;
  /** "char 1:3". */
  readonly device?: string;
  /** The process of a pidfd. */
  readonly process?: number;
}

/** A bit set or a named value. */
export interface Named<Name extends string> {
  readonly value: Integer;
  readonly names: readonly Name[];
  /** The bits without a name, or the whole value if it has none; otherwise 0. */
  readonly rest: Integer;
  has(name: Name): boolean;
}
/** A named value by the names of its sets. */
export type Flags<Set extends keyof FlagNames> = Named<FlagNames[Set]>;

/** Any decoded value, for arguments that depend on others. */
export type Decoded =
  | null
  | number
  | bigint
  | string
  | Named<string>
  | Fd
  | readonly Decoded[]
  | { readonly [name: string]: Decoded };

/** "SIGTERM"; a number that is not a signal stays a number. */
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
  readonly stx_mode?: string;
  readonly stx_size?: Integer;
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
/** struct rusage: CPU times. */
export interface Usage {
  readonly ru_utime: Timeval;
  readonly ru_stime: Timeval;
}
/** @template T Timespec or Timeval */
export interface Timer<T> {
  readonly it_interval: T;
  readonly it_value: T;
}
/** The fields depend on the family. */
export interface SocketAddress {
  readonly sa_family: Flags<"family">;
  /** In host byte order. */
  readonly sin_port?: number;
  readonly sin_addr?: string;
  readonly sin6_port?: number;
  readonly sin6_addr?: string;
  /** An abstract name starts with "@". */
  readonly sun_path?: Text;
  readonly [field: string]: Decoded | undefined;
}
export interface Vector {
  readonly iov_base: Pointer<Text>;
  readonly iov_len: Integer;
}
export interface Message {
  readonly msg_name?: Pointer<SocketAddress>;
  /** "128 => 16" if the kernel changed the length. */
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
/** Each limit is a number or "RLIM64_INFINITY". */
export interface Limits {
  readonly rlim_cur: Integer | string;
  readonly rlim_max: Integer | string;
}
export interface SignalAction {
  /** "SIG_DFL", "SIG_IGN", or the handler's address. */
  readonly sa_handler: string | Address;
  readonly sa_mask: SignalSet;
  readonly sa_flags: Flags<"sigaction">;
  readonly sa_restorer?: Integer;
}
/** How a child exited or stopped, with signals by name. */
export type WaitStatus = WaitOutcome;
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
