/** Creating and waiting for processes: clone(2), clone3(2), wait4(2), waitid(2), getrusage(2). */
import { signalName } from "../../kernel/signal.ts";
import { siginfoValue } from "../siginfo.ts";
import {
  array,
  enumValue,
  field,
  flags,
  integer,
  NamedValue,
  pointer,
  struct,
  symbol,
  type Value,
  withTail,
} from "../value.ts";
import { choice, fdValue, int, set } from "./arguments.ts";
import { arrayAt, structTail } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, onExit, onExitIf, type SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";
import { shapeAt } from "./shapes.ts";

const CSIGNAL = 0xff;
const CLONE_PIDFD = 0x1000;
const CLONE_SETTLS = 0x80000;
const CLONE_PARENT_SETTID = 0x100000;
const CLONE_CHILD_CLEARTID = 0x200000;
const CLONE_CHILD_SETTID = 0x1000000;
const SIGINFO_SIZE = 128;

// ---- clone ----

/** Reads the thread id or pidfd that the kernel wrote for the parent. */
function idOut(call: SyscallView, at: bigint, isFd: boolean): Value {
  const found = at === 0n || call.failed ? null : call.memory.read(Number(at), 4);
  if (!found) return pointer(at);
  const number = found.view.getInt32(0, true);
  return array([isFd ? fdValue(call, number) : integer(number)]);
}

/** strace names the arguments of clone(2); the flags say which exist. */
function cloneArgument(
  name: string,
  wanted: number,
  decode: (call: SyscallView) => Value,
): ArgumentDecoder["decode"] {
  return (call) => {
    if ((call.uint(0) & wanted) === 0) return null;
    return field(name, decode(call));
  };
}
const hasMore = (call: SyscallView) =>
  (call.uint(0) &
    (CLONE_PIDFD |
      CLONE_SETTLS |
      CLONE_PARENT_SETTID |
      CLONE_CHILD_CLEARTID |
      CLONE_CHILD_SETTID)) !==
  0;
/** Only x86-64 and x32 have tls after child_tidptr. */
const swapped = (call: SyscallView) => call.abi === "x64" || call.abi === "x32";

const cloneArguments: readonly ArgumentDecoder[] = [
  onEntry((call) => field("child_stack", pointer(call.ulong(1)))),
  onEntry((call) => {
    const value = call.uint(0);
    const signal = value & CSIGNAL;
    const { names, rest } = flags((value & ~CSIGNAL) >>> 0, constants("clone"));
    const set = { kind: "bits", placeholder: "CLONE_???" } as const;
    if (signal === 0) return field("flags", new NamedValue(value, names, rest, set));
    const trailing = enumValue(signal, [[signalName(signal), signal]], "", "decimal");
    const all = [...names, ...trailing.names];
    return field("flags", new NamedValue(value, all, rest, { ...set, trailing }));
  }),
  onExitIf(
    hasMore,
    cloneArgument("parent_tid", CLONE_PARENT_SETTID | CLONE_PIDFD, (call) =>
      idOut(call, call.ulong(2), (call.uint(0) & CLONE_PARENT_SETTID) === 0),
    ),
  ),
  onExitIf(
    hasMore,
    cloneArgument("tls", CLONE_SETTLS, (call) => pointer(call.ulong(swapped(call) ? 4 : 3))),
  ),
  onExitIf(
    hasMore,
    cloneArgument("child_tidptr", CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID, (call) =>
      pointer(call.ulong(swapped(call) ? 3 : 4)),
    ),
  ),
];

/** Sizes of struct clone_args: that of its first version, and that of its last. */
const CLONE_ARGS_MIN = 64;
const CLONE_ARGS_KNOWN = 88;
const CLONE_INTO_CGROUP = 1n << 33n;
/** The kernel refuses more: the depth of pid namespaces. */
const MAX_SET_TID = 32n;

/** The fields of struct clone_args that later kernels added. */
function laterCloneFields(call: SyscallView, view: DataView): [string, Value][] {
  const [bits, tids, count, cgroup] = [0, 64, 72, 80].map((offset) =>
    offset + 8 <= view.byteLength ? view.getBigUint64(offset, true) : 0n,
  );
  const isKnown = view.byteLength >= CLONE_ARGS_KNOWN;
  const ids =
    count === 0n || count > MAX_SET_TID
      ? pointer(tids)
      : arrayAt(call, tids, count, 4, (id) => integer(id.getInt32(0, true)));
  const group = cgroup < 1n << 31n ? fdValue(call, Number(cgroup)) : integer(cgroup);
  return [
    ...(tids || count
      ? ([
          ["set_tid", ids],
          ["set_tid_size", integer(count)],
        ] as [string, Value][])
      : []),
    ...(cgroup || (isKnown && bits & CLONE_INTO_CGROUP)
      ? [["cgroup", group] as [string, Value]]
      : []),
  ];
}

/** The fields of struct clone_args that its flags use. */
function cloneFields(call: SyscallView, view: DataView): [string, Value][] {
  const [bits, pidfd, childTid, parentTid, exit, stack, size, tls] = Array.from(
    { length: 8 },
    (_, i) => view.getBigUint64(i * 8, true),
  );
  const signal = Number(exit);
  const used = (wanted: number, name: string, value: bigint): [string, Value][] =>
    bits & BigInt(wanted) ? [[name, pointer(value)]] : [];
  return [
    ["flags", flags(bits, constants("clone"), "CLONE_???")],
    ...used(CLONE_PIDFD, "pidfd", pidfd),
    ...used(CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID, "child_tid", childTid),
    ...used(CLONE_PARENT_SETTID, "parent_tid", parentTid),
    [
      "exit_signal",
      signal > 0 && signal <= 64 ? symbol(signalName(signal), integer(signal)) : integer(exit),
    ],
    ["stack", pointer(stack)],
    ["stack_size", integer(size, "hex")],
    ...used(CLONE_SETTLS, "tls", tls),
    ...laterCloneFields(call, view),
  ];
}

const clone3Arguments: ArgumentDecoder = {
  ...onEntry((call, index) => {
    const at = call.ulong(index);
    const size = Number(call.ulong(1));
    const known = Math.min(size, CLONE_ARGS_KNOWN);
    const found = size < CLONE_ARGS_MIN ? null : call.memory.read(Number(at), known);
    if (!found) return pointer(at);
    const copy = new DataView(found.bytes.slice(0, known).buffer);
    return withTail(struct(cloneFields(call, copy)), structTail(call, at, known, size));
  }),
  extendAtExit: (call, index, value) => {
    if (value.kind !== "struct" || call.failed) return value;
    // The kernel may have written what it knows and we do not.
    const size = Number(call.ulong(1));
    const tail = value.tail && structTail(call, call.ulong(index), CLONE_ARGS_KNOWN, size);
    const written = value.fields.flatMap(([name, field]): [string, Value][] => {
      if (name !== "pidfd" && name !== "parent_tid") return [];
      if (field.kind === "null") return [[name, field]];
      if (field.kind !== "pointer") return [];
      return [[name, idOut(call, field.address, name === "pidfd")]];
    });
    if (written.length === 0 && !tail) return value;
    return { ...value, written: withTail(struct(written), tail) };
  },
};

// ---- wait ----

const status = onExit((call, index) => {
  const at = call.ulong(index);
  const found =
    at === 0n || call.failed || call.result === 0 ? null : call.memory.read(Number(at), 4);
  return found
    ? array([{ kind: "wait-status", status: found.view.getInt32(0, true) }])
    : pointer(at);
});
const waitOptions = set(() => constants("wait"), "W???");

/** struct rusage. @param isWritten whether the call wrote it */
const rusageOut = (isWritten: (call: SyscallView) => boolean) =>
  onExit((call, index) => {
    const at = call.ulong(index);
    const isKnown = !call.failed && call.wordSize === 8 && isWritten(call);
    return isKnown ? shapeAt(call, at, "rusage") : pointer(at);
  });

const siginfoOut = onExit((call, index) => {
  const at = call.ulong(index);
  const found =
    at === 0n || call.failed || call.wordSize === 4
      ? null
      : call.memory.read(Number(at), SIGINFO_SIZE);
  return found ? siginfoValue(found.view) : pointer(at);
});

export const CHILD_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  clone: cloneArguments,
  clone3: [clone3Arguments, onExit((call, index) => integer(call.ulong(index)))],
  wait4: [int, status, waitOptions, rusageOut(({ result }) => result > 0)],
  waitid: [
    choice(() => constants("wait_for"), "P_???"),
    int,
    siginfoOut,
    waitOptions,
    rusageOut(() => true),
  ],
  getrusage: [choice(() => constants("rusage"), "RUSAGE_???"), rusageOut(() => true)],
};
