/**
 * The real commands on which trace and strace are compared. Each runs in an empty directory of its
 * own, and uses only local files, unix sockets and 127.0.0.1.
 */
import { dirname, join } from "node:path";
import { canRun, program } from "../root/support/programs.ts";

export interface Work {
  readonly name: string;
  /** Prepares the directory; not traced. */
  readonly before?: readonly string[];
  /** The traced command. */
  readonly command: readonly string[];
  /** Known differences: each event as it is printed, with CWD for its directory, and the reason. */
  readonly explained?: readonly Explained[];
  /** Known differences between the backends. */
  readonly explainedByPtrace?: readonly Explained[];
}

export interface Explained {
  /** The event that strace saw, or eBPF. */
  readonly peer?: string;
  readonly trace?: string;
  readonly why: string;
}

const script = (name: string) => join(import.meta.dir, "corpus", name);
const sh = (name: string, ...args: string[]) => ["sh", "-e", script(name), ...args];

const TREE = sh("tree.sh");
const SOURCES = sh("sources.sh");
const PROGRAMS = ["tree", "interrupted", "names", "toolong", "nonresident", "lookups", "tmpfile"];

/** The path that test/programs/names.c creates. */
const DEEP = Array(15).fill("d".repeat(255)).join("/");

export function corpus(): Work[] {
  const [programs] = PROGRAMS.map((name) => dirname(program(name)));
  return [
    { name: "git clone", before: sh("repository.sh"), command: sh("git.sh") },
    { name: "make -j2, gcc", before: SOURCES, command: ["make", "-j2"] },
    { name: "ld", before: SOURCES, command: sh("ld.sh") },
    { name: "python3: its library", command: ["python3", script("library.py")] },
    { name: "python3: its calls", command: ["python3", "-S", "-E", script("calls.py")] },
    { name: "python3: sockets", command: ["python3", "-S", "-E", script("sockets.py")] },
    {
      name: "python3: odd cases",
      command: ["python3", "-S", "-E", script("odd.py")],
      explained: [
        {
          peer: "rename name=../../from name2=../../to path=CWD/from/inner/../../from path2=CWD/from/inner/../../to dfd=-100 result=0",
          trace:
            "rename name=../../from name2=../../to path=CWD/to/inner/../../from path2=CWD/to/inner/../../to dfd=-100 result=0",
          why: "the call moved the directory that its names start from, and trace looks afterwards",
        },
      ],
    },
    { name: "npm pack", before: sh("package.sh"), command: sh("npm.sh") },
    { name: "tar", before: TREE, command: sh("tar.sh") },
    { name: "find", before: TREE, command: sh("find.sh") },
    { name: "sqlite3", command: sh("sqlite3.sh") },
    { name: "perl", command: ["perl", script("perl.pl")] },
    { name: "bash", command: ["bash", "-e", script("bash.bash")] },
    { name: "rsync", before: TREE, command: sh("rsync.sh") },
    { name: "cp -a", before: TREE, command: sh("cp.sh") },
    { name: "coreutils", command: sh("coreutils.sh") },
    { name: "io_uring", command: sh("uring.sh", program("uringfiles")) },
    {
      name: "test programs",
      command: sh("programs.sh", programs),
      explainedByPtrace: [
        {
          peer: `openat name=${DEEP}/${"f".repeat(255)} path=CWD/${DEEP}/${"f".repeat(232)} flags=65 mode=384 dfd=-100 result=3`,
          trace: `openat name=${DEEP}/${"f".repeat(255)} flags=65 mode=384 dfd=-100 result=3`,
          why: "/proc tells no path that is longer than a page",
        },
      ],
    },
    {
      name: "32-bit programs",
      command: [
        "sh",
        "-ec",
        ["files32", "open32", "int80", "x32"].filter(canRun).map(program).join(";"),
      ],
      explained: [
        {
          peer: "openat2 name=/dev/zero path=/dev/zero flags=0 mode=0 dfd=-100 result=-38",
          trace: "openat2 name=/dev/zero path=/dev/zero flags=2 mode=0 dfd=-100 result=-38",
          why: "strace prints the address of struct open_how where the kernel has no x32",
        },
      ],
    },
  ];
}
