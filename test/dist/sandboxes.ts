/** The sandboxes and processors of this machine that the executable is tried in, and what it says there. */
import type { Check } from "./checks.ts";

/** Where a check's script runs, by a shell; ./trace is the executable. */
export interface Sandbox {
  readonly name: string;
  /** The command that a shell is appended to. @param executable its path outside */
  command(executable: string): readonly string[];
  /** The directory that has ./trace; undefined for that of the executable. */
  readonly directory?: string;
  readonly checks: readonly Check[];
}

const OUTSIDE = "; run trace as root outside of the sandbox or container";
const ONE_FILE = "-q --columns filename,return -o - -- cat /etc/passwd";
const RECORDED = /"\/etc\/passwd",\d+\n/;
const REFUSED = new RegExp(`^trace: privileges: .* in this user namespace only${OUTSIDE}$`, "m");

/** Each command works, or says why not and what to do. */
const IN_USER_NAMESPACE: readonly Check[] = [
  {
    name: "doctor",
    script: "./trace doctor",
    expected: /^MISSING {2}privileges .*: run trace as root outside of the sandbox or container$/m,
  },
  {
    name: "exec",
    script: `./trace exec ${ONE_FILE}`,
    expected: new RegExp(`falling back to ptrace; for eBPF, run trace[\\s\\S]*${RECORDED.source}`),
  },
  { name: "exec by eBPF", script: `./trace exec --backend bpf ${ONE_FILE}`, expected: REFUSED },
  {
    name: "exec by ptrace",
    script: `./trace exec --backend ptrace ${ONE_FILE}`,
    expected: RECORDED,
  },
  {
    name: "exec --cgroups",
    script: `./trace exec --cgroups ${ONE_FILE}`,
    expected: /^trace: (privileges: .*; run trace as root|--cgroups: .*; or omit --cgroups)/m,
  },
  { name: "all", script: "./trace all --duration 1s", expected: REFUSED },
  {
    name: "syscalls",
    script: "./trace syscalls -e openat cat /etc/passwd",
    expected: /openat\(.*"\/etc\/passwd"/,
  },
  {
    name: "procs -- COMMAND",
    script: "./trace procs -- true",
    expected:
      /falling back to ptrace[\s\S]*^true +\d+ .*exit 0$[\s\S]*3 events, complete \(by ptrace\)/m,
  },
  {
    name: "procs",
    script: "./trace procs --duration 1s",
    expected: new RegExp(`^trace: .* works in the first .* namespace only${OUTSIDE}$`, "m"),
  },
  {
    name: "watch, query, changes",
    script: `mkdir w; ./trace watch -q --types CREATE --count 1 -o log w >out 2>&1 & pid=$!
      while kill -0 $pid 2>/dev/null; do touch w/a; rm w/a; sleep 0.2; done
      cat out; ./trace query -q log; ./trace changes -q log`,
    expected: /CREATE .*\/w\/a\n[\s\S]*CREATE .*\/w\/a\n/,
  },
  {
    name: "summary",
    script: "./trace exec --summary -- cat /etc/passwd",
    expected: /Inputs: [\s\S]*\/etc\/passwd/,
  },
];

const OLD_PROCESSOR: readonly Check[] = [
  {
    name: "version",
    script: "qemu-x86_64-static -cpu Penryn ./trace --version; echo status $?",
    expected:
      /^trace: this processor lacks SSE4\.2, which trace needs \(x86-64-v2\)\nstatus 125\n$/,
  },
  {
    name: "version, on the oldest that will do",
    script: "qemu-x86_64-static -cpu Nehalem ./trace --version",
    expected: /^trace \d/m,
  },
];

export const SANDBOXES: readonly Sandbox[] = [
  {
    name: "unshare",
    command: () => ["unshare", "-Urmpf", "--mount-proc"],
    checks: IN_USER_NAMESPACE,
  },
  {
    name: "bubblewrap",
    command: (executable) => [
      ...["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"],
      ...["--tmpfs", "/tmp", "--ro-bind", executable, "/tmp/trace"],
    ],
    directory: "/tmp",
    checks: IN_USER_NAMESPACE,
  },
  { name: "processor", command: () => [], checks: OLD_PROCESSOR },
];
