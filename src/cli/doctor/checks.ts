/** What recording needs of the machine, each with what to do when it is not there: `trace doctor`. */
import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { isKernelAtLeast, type KernelVersion } from "../../kernel/kernel-version.ts";
import { cgroupMount } from "../../process/cgroup.ts";
import { tracefs, tracepointHasField } from "../../sources/bpf/tracepoint.ts";
import { Group } from "../../sources/fanotify/group.ts";
import { ProcConnector } from "../../sources/proc-connector/connector.ts";
import { PermissionError, UnsupportedError } from "../../sources/proc-connector/errors.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Whether `exec` cannot run without it. */
  readonly required: boolean;
  /** What was found. */
  readonly detail: string;
  /** What to do about it; "" if it is ok. */
  readonly advice: string;
}

const CAPABILITIES = { CAP_SYS_ADMIN: 21, CAP_PERFMON: 38, CAP_BPF: 39 };
/** Debian's kernels know one more: then perf_event_open(2) needs CAP_SYS_ADMIN, whatever it is for. */
const MAX_PARANOID = 2;
const MIN_KERNEL: KernelVersion = [5, 10];
/** What each tracepoint of a request has to tell: up to 6.3 submission has the second name. */
const URING_TRACEPOINTS = {
  submitted: ["io_uring/io_uring_submit_req", "io_uring/io_uring_submit_sqe"],
  completed: ["io_uring/io_uring_complete"],
};

function toCheck(
  name: string,
  ok: boolean,
  detail: string,
  advice: string,
  required = true,
): Check {
  return { name, ok, required, detail, advice: ok ? "" : advice };
}

function readTrimmed(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}

function checkKernel(): Check {
  const ok = isKernelAtLeast(release(), MIN_KERNEL);
  return toCheck("kernel", ok, `Linux ${release()}`, `needs Linux ${MIN_KERNEL.join(".")}`);
}

function checkCapabilities(): Check {
  const effective = BigInt(
    `0x${readTrimmed("/proc/self/status")?.match(/^CapEff:\s*(\w+)/m)?.[1] ?? "0"}`,
  );
  const has = (capability: number) => ((effective >> BigInt(capability)) & 1n) === 1n;
  const { CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF } = CAPABILITIES;
  const able = has(CAP_SYS_ADMIN) || (has(CAP_BPF) && has(CAP_PERFMON));
  const paranoid = Number(readTrimmed("/proc/sys/kernel/perf_event_paranoid") ?? 0);
  const refused = able && !has(CAP_SYS_ADMIN) && paranoid > MAX_PARANOID;
  const names = Object.entries(CAPABILITIES).filter(([, number]) => has(number));
  const detail = names.length
    ? `has ${names.map(([name]) => name).join(", ")}`
    : `uid ${process.geteuid?.()}, no capability for eBPF`;
  const but = refused ? `, but kernel.perf_event_paranoid is ${paranoid}` : "";
  return toCheck("rights", able && !refused, detail + but, "run it as root: sudo trace …");
}

function checkBtf(): Check {
  const ok = existsSync("/sys/kernel/btf/vmlinux");
  return toCheck(
    "BTF",
    ok,
    ok ? "/sys/kernel/btf/vmlinux" : "no /sys/kernel/btf/vmlinux",
    "needs a kernel built with CONFIG_DEBUG_INFO_BTF, and /sys mounted",
  );
}

function checkTracefs(): Check {
  const advice = "mount -t tracefs none /sys/kernel/tracing, or run with CAP_SYS_ADMIN";
  try {
    const path = tracefs();
    const detached = path.startsWith("/proc/self/fd/");
    return toCheck("tracefs", true, detached ? "not mounted; readable all the same" : path, advice);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return toCheck("tracefs", false, error.message, advice);
  }
}

function checkLockdown(): Check {
  const mode = readTrimmed("/sys/kernel/security/lockdown")?.match(/\[(\w+)\]/)?.[1] ?? "none";
  return toCheck(
    "lockdown",
    mode !== "confidentiality",
    mode,
    "lockdown=confidentiality forbids eBPF to read memory: boot with lockdown=integrity",
  );
}

function checkCgroup(): Check {
  try {
    return toCheck("cgroup v2", true, cgroupMount().mountPoint, "", false);
  } catch (error) {
    return toCheck("cgroup v2", false, "no writable mount", (error as Error).message, false);
  }
}

function checkIoUring(): Check {
  const partly = (detail: string, advice: string) =>
    toCheck("io_uring", false, detail, advice, false);
  const tells = (events: string[], field: string) =>
    events.some((event) => tracepointHasField(event, field));
  try {
    if (
      !tells(URING_TRACEPOINTS.submitted, "req") ||
      !tells(URING_TRACEPOINTS.completed, "user_data")
    )
      return partly(
        "this kernel does not tell of requests",
        "what is done through io_uring is not recorded, only counted",
      );
    if (!tells(URING_TRACEPOINTS.completed, "req"))
      return partly(
        "this kernel tells results by user_data only",
        "requests under way with the same user_data are counted as without a known outcome",
      );
    return toCheck("io_uring", true, "all tracepoints", "", false);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return partly("unknown without tracefs", "see tracefs");
  }
}

/** What `trace procs` needs, and `trace watch` where eBPF is not permitted. */
function checkConnector(): Check {
  try {
    new ProcConnector().close();
    return toCheck("connector", true, "tells of processes", "", false);
  } catch (error) {
    return failedCheck("connector", error, "trace procs cannot be used");
  }
}

/** What `trace watch` needs. */
function checkFanotify(): Check {
  try {
    const { fd, limitations } = new Group();
    close(fd);
    const advice = "trace watch does without it";
    const detail = limitations.join(", ") || "tells of files, and who changed them";
    return toCheck("fanotify", limitations.length === 0, detail, advice, false);
  } catch (error) {
    return failedCheck("fanotify", error, "trace watch cannot be used");
  }
}

function failedCheck(name: string, error: unknown, advice: string): Check {
  const expected = [PermissionError, UnsupportedError, SystemError];
  if (!expected.some((kind) => error instanceof kind)) throw error;
  return toCheck(name, false, (error as Error).message, advice, false);
}

/** Everything, in the order in which it is to be mended. */
export function runChecks(): Check[] {
  const recording = [
    checkKernel(),
    checkCapabilities(),
    checkBtf(),
    checkTracefs(),
    checkLockdown(),
    checkCgroup(),
    checkIoUring(),
  ];
  return [...recording, checkConnector(), checkFanotify()];
}

/** The first thing that keeps `exec` from running; undefined when all is there. */
export function firstFailed(): Check | undefined {
  return runChecks().find((requirement) => requirement.required && !requirement.ok);
}
