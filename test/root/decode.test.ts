/**
 * Each call of the tables of test/programs/decode.h is printed as strace prints it. Addresses are
 * the same under both, as the program is static and setarch disables address space randomization.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { syscallNames } from "../../src/syscalls/table.ts";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";
import { canRun, program } from "./support/programs.ts";

setDefaultTimeout(120_000);

/** The minimum number of compared calls of each table. */
const SECTIONS = {
  files: 90,
  descriptors: 90,
  sockets: 50,
  tasks: 90,
  signals: 25,
  times: 25,
  memory: 28,
  ipc: 18,
  events: 25,
  system: 25,
  children: 45,
};

/** Calls that trace prints differently on purpose, and why. */
const DIFFERENT: Readonly<Record<string, string>> = {
  name_to_handle_at: "all of struct file_handle is shown, also where the call failed",
  quotactl: "its command is shown as one number",
  swapon: "a priority of zero is left out",
  "ioctl(4, FICLONE": "of two names for one number the likelier is shown",
  "ioctl(4, BTRFS_IOC_CLONE": "of two names for one number the likelier is shown",
  "ioctl(5, SIOCGIFCONF": "struct ifconf is not looked into",
  "setsockopt(9, SOL_SOCKET, SO_RCVTIMEO_OLD": "its struct timeval is shown",
  membarrier: "newer commands have names",
  "mmap(NULL, 0, 0x40": "the size of huge pages is shown with the flags that have no name",
  fanotify_init: "bits without a name are shown without a remark when others have one",
  syslog: "numbers without a name are shown in hexadecimal, with the beginning of what was wanted",
  reboot: "numbers without a name are shown with the beginning of what was wanted",
  kexec_load: "a numeric entry is no pointer",
  modify_ldt: "its result is no errno: the kernel cuts it to 32 bits",
};

/** Replaces what differs between runs. */
function steady(line: string): string {
  return line
    .replace(/^((?:get|set)(?:pid|tid|sid|pgid)\(0?\)|set_tid_address\(\w+\)) += \d+$/, "$1 = ID")
    .replace(/\{pid=\d+, uid/, "{pid=ID, uid")
    .replace(/sin_port=htons\(\d{5}\)/, "sin_port=htons(PORT)")
    .replace(/left \{.*\}\)$/, "left SOME)")
    .replace(/(clone3?\(.*\)) += \d+$/, "$1 = ID")
    .replace(/(wait4\(.*\)) += \d+$/, "$1 = ID")
    .replace(/^tgkill\(\d+, \d+/, "tgkill(ID, ID")
    .replace(/^rt_sigqueueinfo\(\d+/, "rt_sigqueueinfo(ID")
    .replace(/(parent_tid=\[|pid=)\d+/, "$1ID")
    .replace(/tv_usec=\d+/g, "tv_usec=N")
    .replace(/si_[us]time=\d( \/\* [\d.]+ s \*\/)?/g, "si_time=N")
    .replace(/(TIOC(?:GPTN|SPTLCK), )\[\d+\]/, "$1[N]");
}

/** Returns the program's own calls between its two marks, with interrupted ones joined. */
function calls(record: string): string[] {
  const lines = readFileSync(record, "latin1").split("\n");
  const isMark = (line: string) => line.includes('"MARK"');
  const [first, last] = [lines.findIndex(isMark), lines.findLastIndex(isMark)];
  const pid = lines[first].split(" ")[0];
  const own = lines.slice(first + 1, last).filter((line) => line.startsWith(`${pid} `));
  const begun: string[] = [];
  return own.flatMap((line) => {
    const text = line.replace(/^\d+ +/, "");
    // SIGCHLD may arrive before the waiting call or during it.
    if (text.startsWith("--- SIGCHLD")) return [];
    const whole = text.replace(/^<\.\.\. \w+ resumed>/, () => begun.pop() ?? "");
    if (whole === text && text.endsWith(" <unfinished ...>")) {
      begun.push(text.slice(0, -" <unfinished ...>".length));
      return [];
    }
    return [steady(whole)];
  });
}

function compared(name: string, ...args: string[]): { strace: string[]; trace: string[] } {
  const under = (tool: readonly string[]) => {
    using directory = temporaryDirectory();
    const record = join(directory.path, "record");
    const cwd = join(directory.path, "cwd");
    run(["mkdir", cwd]);
    const command = [...tool, "-o", record, "--", program(name), ...args];
    run(["setarch", "-R", "timeout", "20", ...command], { cwd, env: { TZ: "Asia/Kolkata" } });
    return calls(record);
  };
  return { strace: under(["/usr/bin/strace", "-f"]), trace: under([TRACE, "syscalls"]) };
}

const reason = (line: string) => Object.keys(DIFFERENT).find((start) => line.startsWith(start));
const seen = new Set<string>();

describe.skipIf(process.arch !== "x64")("calls are printed as by strace:", () => {
  for (const [section, minimum] of Object.entries(SECTIONS))
    test(`${section}`, () => {
      const { strace, trace } = compared("decode", section);
      expect(strace.length).toBeGreaterThanOrEqual(minimum);
      const same = (line: string) => reason(line) === undefined;
      expect(trace.filter(same)).toEqual(strace.filter(same));
      for (const line of strace) seen.add(line.slice(0, line.indexOf("(")));
    });

  test.skipIf(!canRun("decode32"))("of 32-bit programs", () => {
    const { strace, trace } = compared("decode32");
    expect(strace.length).toBeGreaterThan(35);
    expect(trace).toEqual(strace);
  });

  test("more than two hundred and fifty different ones", () => {
    const known = new Set(syscallNames("x64"));
    expect([...seen].filter((name) => known.has(name)).length).toBeGreaterThan(250);
  });
});
