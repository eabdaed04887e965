/** Where `trace syscalls` writes: a file, a command, or one file per thread. */
import type { SyscallSink } from "../../events/syscall-event.ts";
import type { InheritedState } from "../../process/inherited-state.ts";
import type { User } from "../../process/user.ts";
import { SeparateSink } from "../../sinks/reports/syscalls/tee.ts";
import { CommandPipe } from "../../storage/command-pipe.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { openOutput } from "../options/output.ts";
import type { GivenOptions } from "../parse-args.ts";

const STDERR = 2;

/** Whether the traced command may write to the output as well. */
export function isShared({ terminal, fd }: FileOutput): boolean {
  return terminal || fd <= STDERR;
}

/** Opens a sink for an output. */
export type SinkOpener = (output: FileOutput) => SyscallSink;

export interface Target {
  readonly sink: SyscallSink;
  /** Whether the traced command may write to the output as well. */
  readonly shared: boolean;
  /** The open files to which it writes. */
  readonly fds: readonly number[];
  /** Truncates an existing file, unless it is appended to. */
  begin(): void;
  /** Closes the output, after the sink. */
  close(): void;
}

/** Whether each thread has a file of its own: strace -ff -o FILE. */
export function isSeparate(given: GivenOptions): boolean {
  const separate = given.count("follow-forks") > 1 || given.has("output-separately");
  return separate && given.has("output");
}

function separateTarget(
  path: string,
  append: boolean,
  user: User | null,
  open: SinkOpener,
): Target {
  const sink = new SeparateSink((tid) => {
    const output = new FileOutput(`${path}.${tid}`, user, { append, named: false });
    output.begin();
    const own = open(output);
    return {
      syscallEntered: (event) => own.syscallEntered?.(event),
      syscallExited: (event) => own.syscallExited(event),
      detached: (event) => own.detached?.(event),
      signal: (event) => own.signal?.(event),
      groupStopped: (thread, signal) => own.groupStopped?.(thread, signal),
      superseded: (thread, by) => own.superseded?.(thread, by),
      exited: (event) => own.exited?.(event),
      close: () => {
        own.close?.();
        output.close();
      },
    };
  });
  return { sink, shared: false, fds: [], begin: () => {}, close: () => {} };
}

function pipeTarget(
  command: string,
  user: User | null,
  inherited: InheritedState,
  open: SinkOpener,
): Target {
  const pipe = new CommandPipe(command, user, inherited);
  return {
    sink: open(pipe.output),
    shared: false,
    fds: [pipe.output.fd],
    begin: () => {},
    close: () => pipe.close(),
  };
}

/**
 * Opens the target. An existing file is truncated by `begin()` only.
 * @param defaultPath the file without -o
 * @throws UsageError; SystemError that names the file
 */
export function openTarget(
  given: GivenOptions,
  defaultPath: string,
  user: User | null,
  inherited: InheritedState,
  open: SinkOpener,
): Target {
  const path = given.last("output") ?? defaultPath;
  const append = given.has("output-append-mode");
  const isCommand = /^[|!]/.test(path);
  if (isSeparate(given)) return separateTarget(path, append, user, open);
  if (isCommand) return pipeTarget(path.slice(1), user, inherited, open);
  const output = openOutput(path, user, { append, named: given.has("output") });
  const sink = open(output);
  return {
    sink,
    shared: isShared(output),
    fds: [output.fd],
    begin: () => output.begin(),
    close: () => {},
  };
}
