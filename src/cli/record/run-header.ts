/** The header of a recording: what it is of. */
import { version } from "../../../package.json";
import { initialProcesses } from "../../attribution/procfs.ts";
import { CALL_NAMES } from "../../events/file-calls.ts";
import { toRecorded } from "../../events/recorded-processes.ts";
import type { RunHeader } from "../../events/run-info.ts";
import { type SpawnOptions, userEnvironment } from "../../process/child.ts";
import { environmentDigests } from "../../process/environment-digests.ts";
import { machineIdentity } from "../../process/machine.ts";
import { currentDirectory, environmentDirectories } from "../../process/paths.ts";
import { userById } from "../../process/user.ts";

/** What records: the header has the boot time by which its events have their times. */
export type Recorder = Pick<RunHeader, "backend" | "bootTime">;

interface Recording extends Recorder {
  /** Names of the events that are recorded. */
  readonly kinds: Iterable<string>;
  readonly want: number;
  /** Undefined for the whole machine. */
  readonly spawning?: SpawnOptions;
  /** Whether to list the processes that are there before. */
  readonly processes: boolean;
  /** Whether to keep names and hashes of the command's environment variables; it is, by default. */
  readonly environment?: boolean;
}

export function runHeader(recording: Recording): RunHeader {
  const { backend, bootTime, kinds, want, spawning, processes, environment = true } = recording;
  const uid = spawning?.user?.uid ?? process.geteuid?.() ?? 0;
  const name = (spawning?.user ?? userById(uid))?.name ?? "";
  const cwd = currentDirectory() ?? "";
  return {
    trace: version,
    command: spawning?.command ?? [],
    cwd,
    user: { uid, name },
    ...machineIdentity(),
    started: new Date().toISOString(),
    bootTime,
    backend,
    events: [...kinds],
    want,
    calls: CALL_NAMES,
    ...(spawning
      ? {
          directories: environmentDirectories(spawning.user),
          ...(environment
            ? { environment: environmentDigests(userEnvironment(spawning.env, spawning.user), cwd) }
            : undefined),
        }
      : undefined),
    pid: process.pid,
    ...(processes
      ? { processes: initialProcesses(spawning === undefined).map(toRecorded) }
      : undefined),
  };
}
