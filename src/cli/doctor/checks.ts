/** The checks of `trace doctor`: what recording needs, and advice for what is missing. */
import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { errnoName } from "../../kernel/errno.ts";
import { isKernelAtLeast, type KernelVersion } from "../../kernel/kernel-version.ts";
import { cgroupMount } from "../../process/cgroup.ts";
import { hasRealCapabilities, OUTSIDE_ADVICE } from "../../process/namespaces.ts";
import { probeIdentity } from "../../sources/bpf/identity.ts";
import { tracefs, tracepointHasField } from "../../sources/bpf/tracepoint.ts";
import { Group } from "../../sources/fanotify/group.ts";
import { ProcConnector } from "../../sources/proc-connector/connector.ts";
import { PermissionError, UnsupportedError } from "../../sources/proc-connector/errors.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Whether `trace exec` needs it for eBPF. */
  readonly required: boolean;
  /** The finding. */
  readonly detail: string;
  /** What to do if the check failed; "" if it passed. */
  readonly advice: string;
}

const CAPABILITIES = { CAP_SYS_ADMIN: 21, CAP_PERFMON: 38, CAP_BPF: 39 };
/** Debian's kernels add level 3, at which perf_event_open(2) always requires CAP_SYS_ADMIN. */
const MAX_PARANOID = 2;
const MIN_KERNEL: KernelVersion = [5, 10];
/** The tracepoints of io_uring requests: before 6.4 that of submission has the second name. */
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
  const permitted = has(CAP_SYS_ADMIN) || (has(CAP_BPF) && has(CAP_PERFMON));
  const paranoid = Number(readTrimmed("/proc/sys/kernel/perf_event_paranoid") ?? 0);
  const refused = permitted && !has(CAP_SYS_ADMIN) && paranoid > MAX_PARANOID;
  const names = Object.entries(CAPABILITIES).filter(([, number]) => has(number));
  const detail = names.length
    ? `has ${names.map(([name]) => name).join(", ")}`
    : `uid ${process.geteuid?.()} lacks CAP_BPF and CAP_PERFMON`;
  if (!hasRealCapabilities())
    return toCheck(
      "privileges",
      false,
      names.length ? `${detail} in this user namespace only` : `${detail}, in a user namespace`,
      OUTSIDE_ADVICE,
    );
  const restriction = refused ? `, but kernel.perf_event_paranoid is ${paranoid}` : "";
  const advice = "run as root: sudo trace …";
  return toCheck("privileges", permitted && !refused, detail + restriction, advice);
}

function checkBtf(): Check {
  const ok = existsSync("/sys/kernel/btf/vmlinux");
  return toCheck(
    "BTF",
    ok,
    ok ? "/sys/kernel/btf/vmlinux" : "no /sys/kernel/btf/vmlinux",
    "requires a kernel built with CONFIG_DEBUG_INFO_BTF, and /sys mounted",
  );
}

function checkTracefs(): Check {
  const advice = hasRealCapabilities()
    ? "mount -t tracefs none /sys/kernel/tracing, or run with CAP_SYS_ADMIN"
    : "see privileges";
  try {
    const path = tracefs();
    const detached = path.startsWith("/proc/self/fd/");
    return toCheck("tracefs", true, detached ? "not mounted, but readable" : path, advice);
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
    "lockdown=confidentiality prevents eBPF from reading memory: boot with lockdown=integrity",
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
  const limited = (detail: string, advice: string) =>
    toCheck("io_uring", false, detail, advice, false);
  const hasField = (events: string[], field: string) =>
    events.some((event) => tracepointHasField(event, field));
  try {
    if (
      !hasField(URING_TRACEPOINTS.submitted, "req") ||
      !hasField(URING_TRACEPOINTS.completed, "user_data")
    )
      return limited(
        "this kernel does not report requests",
        "io_uring requests are not recorded, only counted",
      );
    if (!hasField(URING_TRACEPOINTS.completed, "req"))
      return limited(
        "this kernel reports results by user_data only",
        "results of concurrent requests with the same user_data are counted as unknown",
      );
    return toCheck("io_uring", true, "all tracepoints", "", false);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return limited("unknown without tracefs", "see tracefs");
  }
}

/** Checks the programs that note which file a name led to. */
function checkIdentity(): Check {
  const name = "identity";
  if (process.geteuid?.() !== 0) return toCheck(name, false, "unknown", "run as root", false);
  const errno = probeIdentity();
  return toCheck(
    name,
    errno === 0,
    `identity of renamed and removed files: ${errno === 0 ? "available" : `unavailable, no BPF trampolines (${errnoName(errno)})`}`,
    "a name has no inode, and symbolic links in its path are not resolved",
    false,
  );
}

/** Checks the process connector: `trace procs` needs it, and `trace watch` without eBPF. */
function checkConnector(): Check {
  try {
    new ProcConnector().close();
    return toCheck("connector", true, "reports process events", "", false);
  } catch (error) {
    return failedCheck(
      "connector",
      error,
      "trace procs needs it, and follows a command by ptrace without it",
    );
  }
}

/** Checks fanotify: `trace watch` needs it. */
function checkFanotify(): Check {
  try {
    const { fd, limitations } = new Group();
    close(fd);
    const advice = "trace watch works without it";
    const detail = limitations.join(", ") || "reports changes of files and their processes";
    return toCheck("fanotify", limitations.length === 0, detail, advice, false);
  } catch (error) {
    return failedCheck("fanotify", error, "trace watch does not work");
  }
}

function failedCheck(name: string, error: unknown, advice: string): Check {
  const expected = [PermissionError, UnsupportedError, SystemError];
  if (!expected.some((kind) => error instanceof kind)) throw error;
  return toCheck(name, false, (error as Error).message, advice, false);
}

/** Runs all checks, in the order in which to fix them. */
export function runChecks(): Check[] {
  const recording = [
    checkKernel(),
    checkCapabilities(),
    checkBtf(),
    checkTracefs(),
    checkLockdown(),
    checkCgroup(),
    checkIoUring(),
    checkIdentity(),
  ];
  return [...recording, checkConnector(), checkFanotify()];
}

/** Returns the first failed check that `trace exec` needs; undefined if there is none. */
export function firstFailed(): Check | undefined {
  return runChecks().find((check) => check.required && !check.ok);
}
