/** What each user land must do with the executable alone. */

export interface Check {
  readonly name: string;
  /** A script for the shell of the root, where ./trace is the executable. */
  readonly script: string;
  /** What it prints, standard error included. */
  readonly expected: RegExp;
}

/**
 * Defines a function for scripts: `waitFor FILE WORD [COMMAND]` runs the command every second until the
 * file has the word. Emulated machines are slow.
 */
const WAIT_FOR = `waitFor() {
  left=100
  while [ $left -gt 0 ]; do
    case $(cat "$1" 2>/dev/null) in *"$2"*) return ;; esac
    eval "$3"
    sleep 1
    left=$((left - 1))
  done
}
`;

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
    script: `${WAIT_FOR} ./trace all --comm cat --columns filename -o out & pid=$!
       waitFor out passwd "cat /etc/passwd"; kill $pid; wait $pid; cat out`,
    expected: /"\/etc\/passwd"\n/,
  },
  {
    name: "syscalls",
    script: "./trace syscalls -e %file cat /etc/passwd",
    expected: /open(at)?\(.*"\/etc\/passwd"/,
  },
  {
    name: "procs",
    script: "./trace procs -q -- true",
    expected: /^true +\d+ .*exit 0/m,
  },
  {
    name: "watch",
    script: `${WAIT_FOR} mkdir -p /tmp/w; ./trace watch /tmp/w >out 2>&1 & pid=$!
       waitFor out watching; touch /tmp/w/a; waitFor out CREATE; kill $pid; wait $pid; cat out`,
    expected: /CREATE .*touch.*\/tmp\/w\/a/,
  },
  {
    name: "summary",
    script: "./trace exec --summary -- cat /etc/passwd",
    expected: /Inputs: [\s\S]*\/etc\/passwd/,
  },
];
