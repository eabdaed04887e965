/** What each user land must do with the executable alone. */

export interface Check {
  readonly name: string;
  /** A script for the shell of the root, where ./trace is the executable. */
  readonly script: string;
  /** What it prints, standard error included. */
  readonly expected: RegExp;
}

const OPENS = "-q --columns filename,return -o - -- cat /etc/passwd";
const RECORDED = /"\/etc\/passwd",\d+\n/;

export const CHECKS: readonly Check[] = [
  { name: "version", script: "./trace --version", expected: /^trace \d/ },
  { name: "exec by eBPF", script: `./trace exec --backend bpf ${OPENS}`, expected: RECORDED },
  { name: "exec by ptrace", script: `./trace exec --backend ptrace ${OPENS}`, expected: RECORDED },
  {
    name: "exec --cgroups",
    script: `./trace exec --cgroups ${OPENS}`,
    expected: /"\/etc\/passwd",\d+\n|cgroup/,
  },
  {
    name: "the whole tree",
    script: `./trace exec -q --columns filename -o - -- sh -c 'sh -c "cat /etc/passwd; :"; :'`,
    expected: /"\/etc\/passwd"\n/,
  },
  {
    name: "all",
    script:
      "./trace all --comm cat --columns filename -o - --duration 8s & sleep 4; cat /etc/passwd; wait",
    expected: /"\/etc\/passwd"\n/,
  },
  {
    name: "syscalls",
    script: "./trace syscalls -e openat cat /etc/passwd",
    expected: /openat\(.*"\/etc\/passwd"/,
  },
  {
    name: "procs",
    script: "./trace procs -q -- true",
    expected: /^true +\d+ .*exit 0/m,
  },
  {
    name: "watch",
    script: "mkdir -p /tmp/w; ./trace watch /tmp/w --duration 8s & sleep 4; touch /tmp/w/a; wait",
    expected: /CREATE .*touch.*\/tmp\/w\/a/,
  },
  {
    name: "summary",
    script: "./trace exec --summary -- cat /etc/passwd",
    expected: /Inputs: [\s\S]*\/etc\/passwd/,
  },
];
