/** trace leaves nothing behind when it ends: no process to reap, no eBPF program. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { libc, syscall } from "../../src/ffi/libc.ts";
import { allocate } from "../../src/ffi/memory.ts";
import { eventually, run, TRACE, temporaryDirectory } from "./support/harness.ts";

const SYS_bpf = process.arch === "x64" ? 321 : 280;
const BPF_PROG_GET_FD_BY_ID = 13;

/** Returns the ids of the eBPF programs that a process has open: proc_pid_fdinfo(5). */
function programsOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => programOf(pid, fd) ?? []);
}

/** Returns the id of an eBPF program; null for another file, also one that was closed meanwhile. */
function programOf(pid: number, fd: string): number | null {
  try {
    const info = readFileSync(`/proc/${pid}/fdinfo/${fd}`, "latin1");
    return Number(info.match(/^prog_id:\s*(\d+)/m)?.[1] ?? Number.NaN) || null;
  } catch {
    return null;
  }
}

/** Whether the kernel still has the eBPF program. */
function isLoaded(id: number): boolean {
  const attr = allocate(16);
  attr.view.setUint32(0, id, true);
  const fd = syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, attr.address, 16);
  if (fd >= 0) libc.close(fd);
  return fd >= 0;
}

test("no process is left, not even a zombie or one that a shell would reap", () => {
  using directory = temporaryDirectory();
  // In a pid namespace of its own; its init is the shell, which reaps only its own children.
  const script = '"$@"; echo /proc/[0-9]*';
  const trace = [TRACE, "exec", "-q", "-o", "/dev/null", "--", "true"];
  const { stdout } = run(
    ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", script, "sh", ...trace],
    { cwd: directory.path },
  );
  expect(stdout.toString()).toBe("/proc/1\n");
});

for (const signal of ["SIGTERM", "SIGKILL"] as const)
  test(`trace ended by ${signal} leaves no eBPF program in the kernel`, async () => {
    using directory = temporaryDirectory();
    const trace = Bun.spawn([TRACE, "exec", "-q", "sh", "-c", "echo; exec sleep 0.5"], {
      cwd: directory.path,
      stdout: "pipe",
    });
    await trace.stdout.getReader().read(); // recording has started by now
    const programs = programsOf(trace.pid);
    expect(programs.length).toBeGreaterThan(4);
    expect(programs.filter(isLoaded)).toEqual(programs);
    trace.kill(signal);
    await trace.exited;
    expect(await eventually(() => programs.filter(isLoaded).length === 0)).toBe(true);
  });

test("without the right to mount bpffs it records too, or reports why it cannot", () => {
  using directory = temporaryDirectory();
  const script = `{ [ -e /sys/kernel/tracing/events ] || mount -t tracefs none /sys/kernel/tracing; } &&
    exec setpriv --bounding-set -all,+bpf,+perfmon --inh-caps -all "$@"`;
  const trace = [TRACE, "exec", "--backend=bpf", "-o", "/dev/null", "sh", "-c", ": >file"];
  const { status, stderr } = run(["unshare", "--mount", "sh", "-c", script, "sh", ...trace], {
    cwd: directory.path,
  });
  // Debian's kernels start with 3.
  const refused = Number(readFileSync("/proc/sys/kernel/perf_event_paranoid", "latin1")) > 2;
  expect([status, stderr]).toEqual(
    refused
      ? [125, expect.stringMatching(/^trace: privileges: .*perf_event_paranoid is \d; run as root/)]
      : [0, expect.stringMatching(/ events, complete\n$/)],
  );
});
