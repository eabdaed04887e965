/** ptrace(2): the arguments depend on the request. */
import { errnoName } from "../../kernel/errno.ts";
import { siginfoValue, syscallNumberValue } from "../siginfo.ts";
import {
  array,
  type ChangeValue,
  integer,
  type NamedArgument,
  NamedValue,
  pointer,
  type StructValue,
  struct,
  type Value,
} from "../value.ts";
import { fdValue, ulongAt } from "./arguments.ts";
import { bpfInstructions } from "./bpf-filter.ts";
import { type ArgumentDecoder, onEntry, type SyscallView } from "./call.ts";
import { oneOf } from "./formats.ts";
import { constantName, constants } from "./named-constants.ts";
import { type OptionTable, optionArguments, parseOptions, type Reader } from "./option-table.ts";
import { signalSetAt } from "./process.ts";
import { shapeAt, shapeValue } from "./shapes.ts";

/** The arguments after each request, as option-table.ts describes. */
const REQUESTS = `
  PTRACE_TRACEME
  PTRACE_ATTACH|PTRACE_INTERRUPT|PTRACE_KILL|PTRACE_LISTEN i:4
  PTRACE_CONT|PTRACE_DETACH|PTRACE_SYSCALL|PTRACE_SINGLESTEP|PTRACE_SINGLEBLOCK i:4 p sig
  PTRACE_SYSEMU|PTRACE_SYSEMU_SINGLESTEP i:4 p sig
  PTRACE_SETOPTIONS|PTRACE_SEIZE i:4 p &ptrace_options
  PTRACE_PEEKDATA|PTRACE_PEEKTEXT|PTRACE_PEEKUSER i:4 p [x:8]
  PTRACE_POKEDATA|PTRACE_POKETEXT|PTRACE_POKEUSER i:4 p x
  PTRACE_GETEVENTMSG i:4 p [u:8]
  PTRACE_SETSIGINFO i:4 p siginfo
  PTRACE_GETSIGINFO i:4 p >siginfo
  PTRACE_PEEKSIGINFO i:4 {ptrace_peeksiginfo_args} >siginfos
  PTRACE_SETSIGMASK i:4 u sigmask
  PTRACE_GETSIGMASK i:4 u >sigmask
  PTRACE_SECCOMP_GET_FILTER i:4 u >filter
  PTRACE_SECCOMP_GET_METADATA i:4 u ~metadata
  PTRACE_SETREGS i:4 - registers
  PTRACE_GETREGS i:4 - >registers
  PTRACE_SETFPREGS i:4 - floats
  PTRACE_GETFPREGS i:4 - >floats
  PTRACE_SETREGSET i:4 =regset/NT_??? ~regset
  PTRACE_GETREGSET i:4 =regset/NT_??? >regset
  PTRACE_GET_SYSCALL_INFO i:4 u >info
  PTRACE_GET_RSEQ_CONFIGURATION i:4 u >rseq
  PTRACE_GET_THREAD_AREA|PTRACE_SET_THREAD_AREA i:4 u p
  PTRACE_ARCH_PRCTL i:4 p =arch_prctl
`;

const SIGINFO_SIZE = 128;
function siginfoAt(call: SyscallView, at: bigint): Value {
  const isWide = call.wordSize === 8;
  const found = at === 0n || !isWide ? null : call.memory.read(Number(at), SIGINFO_SIZE);
  if (!found) return pointer(at);
  return { kind: "siginfo", info: siginfoValue(found.view, (fd) => fdValue(call, fd)) };
}

/** The result is the number of entries. */
function siginfosAt(call: SyscallView, at: bigint): Value {
  const items: Value[] = [];
  for (let i = 0; i < Math.min(call.result, call.limits.array); i++) {
    const each = siginfoAt(call, at + BigInt(i * SIGINFO_SIZE));
    if (each.kind !== "siginfo") return items.length ? array(items, true) : pointer(at);
    items.push(each);
  }
  return array(items, call.result > items.length);
}

interface RegisterSet {
  readonly tag: string;
  /** In bytes: sizes that are no multiple are refused. */
  readonly slot: number;
  readonly size: number;
}
const REGISTERS: Readonly<Record<"x64" | "arm64", RegisterSet>> = {
  x64: { tag: "user_regs_struct", slot: 8, size: 216 },
  arm64: { tag: "user_pt_regs", slot: 8, size: 272 },
};
const FLOATS: RegisterSet = { tag: "user_i387_struct", slot: 8, size: 512 };

/** Decodes registers as far as the size goes. */
function registersAt(call: SyscallView, at: bigint, set: RegisterSet, size = set.size): Value {
  if (size === 0 || size % set.slot || call.wordSize === 4) return pointer(at);
  return shapeAt(call, at, set.tag, size);
}

const NT_PRSTATUS = 1;
const NT_FPREGSET = 2;
function regsetAt(call: SyscallView, at: bigint, size: number): Value {
  const kind = Number(call.ulong(2));
  if (kind === NT_PRSTATUS) return registersAt(call, at, REGISTERS[call.arch], size);
  const isKnown = kind === NT_FPREGSET && call.arch === "x64";
  return isKnown ? registersAt(call, at, FLOATS, size) : pointer(at);
}

/** Reads a struct iovec whose length the kernel changes. */
function vectorAt(call: SyscallView, at: bigint, isWriting: boolean): Value {
  const [base, length] = [0, 1].map((i) => ulongAt(call, Number(at) + i * call.wordSize));
  if (at === 0n || base === null || length === null) return pointer(at);
  const known = isWriting || !call.failed ? regsetAt(call, base, Number(length)) : pointer(base);
  return struct([
    ["iov_base", known],
    ["iov_len", integer(length)],
  ]);
}

const isWriting = (call: SyscallView) => TABLE.optionOf(call) === "PTRACE_SETREGSET";
/** A struct iovec: the length before the call, then what the kernel made of it. */
const regset: ArgumentDecoder["decode"] = (call, index, before) => {
  const at = call.ulong(index);
  const value = vectorAt(call, at, isWriting(call));
  if (value.kind !== "struct" || before?.kind !== "struct") return value;
  const [[, oldLength], [name, length]] = [before.fields[1], value.fields[1]];
  if (oldLength.kind !== "integer" || length.kind !== "integer") return value;
  if (oldLength.value === length.value) return value;
  const change: ChangeValue = { kind: "change", before: oldLength, after: length, indirect: false };
  return struct([isWriting(call) ? before.fields[0] : value.fields[0], [name, change]]);
};

/** {nr, args}: as many arguments as fit. */
function entryFields(view: DataView, at: number, audit: number): NamedArgument[] {
  if (view.byteLength < at + 8) return [];
  const number = syscallNumberValue(view.getBigUint64(at, true), audit, "decimal");
  const count = Math.min(6, Math.floor((view.byteLength - at - 8) / 8));
  const args = Array.from({ length: count }, (_, i) =>
    integer(view.getBigUint64(at + 8 + i * 8, true), "hex"),
  );
  return [["nr", number], ...(count ? ([["args", array(args)]] as const) : [])];
}

const RESULTS = { kind: "values", placeholder: "", notation: "decimal" } as const;

function exitFields(view: DataView, at: number): NamedArgument[] {
  if (view.byteLength < at + 8) return [];
  const result = view.getBigInt64(at, true);
  if (view.byteLength < at + 9) return [["rval", integer(result)]];
  const isError = view.getUint8(at + 8);
  const name = errnoName(Number(-result));
  const named =
    isError && /^E[A-Z]/.test(name) ? new NamedValue(result, [`-${name}`], 0, RESULTS) : null;
  return [
    ["rval", named ?? integer(result)],
    ["is_error", integer(isError)],
  ];
}

const RETURN_DATA_OFFSET = 56;
const [INFO_ENTRY, INFO_EXIT, INFO_SECCOMP] = [1, 2, 3];
const UNION_OFFSET = 24;
/** The part of struct ptrace_syscall_info that depends on its op. */
function infoDetails(view: DataView): NamedArgument[] {
  const audit = view.byteLength >= 8 ? view.getUint32(4, true) : 0;
  const named = (name: string, fields: NamedArgument[]): NamedArgument[] =>
    fields.length ? [[name, struct(fields)]] : [];
  switch (view.getUint8(0)) {
    case INFO_ENTRY:
      return named("entry", entryFields(view, UNION_OFFSET, audit));
    case INFO_EXIT:
      return named("exit", exitFields(view, UNION_OFFSET));
    case INFO_SECCOMP: {
      const at = UNION_OFFSET + RETURN_DATA_OFFSET;
      const data: NamedArgument[] =
        view.byteLength >= at + 4 ? [["ret_data", integer(view.getUint32(at, true), "hex")]] : [];
      return named("seccomp", [...entryFields(view, UNION_OFFSET, audit), ...data]);
    }
    default:
      return [];
  }
}

/** The size is limited by the caller and by what the kernel has, which is the result. */
const syscallInfo: Reader = (call, at) => {
  const size = Math.min(Number(call.ulong(2)), call.result);
  const found = size <= 0 ? null : call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  const view = new DataView(found.bytes.slice(0, size).buffer);
  const common = shapeValue(call, "ptrace_syscall_info", view, 0, size) as StructValue;
  return struct([...common.fields, ...infoDetails(view)]);
};

/** The kernel reads the offset of a filter and writes its flags. */
const METADATA_SIZE = 16;
const metadata: Reader = (call, at) => {
  const size = Number(call.ulong(2));
  if (size < 8) return pointer(at);
  const isWhole = !call.failed && size >= METADATA_SIZE;
  return isWhole
    ? shapeAt(call, at, "seccomp_metadata")
    : shapeAt(call, at, "seccomp_metadata/offset", 8);
};

const READERS: Readonly<Record<string, Reader>> = {
  siginfo: siginfoAt,
  siginfos: siginfosAt,
  sigmask: (call, at) => (call.ulong(2) === 8n ? signalSetAt(call, at) : pointer(at)),
  filter: (call, at) =>
    call.failed ? pointer(at) : bpfInstructions(call, at, call.result, "seccomp"),
  metadata,
  registers: (call, at) => registersAt(call, at, REGISTERS[call.arch]),
  floats: (call, at) => (call.arch === "x64" ? registersAt(call, at, FLOATS) : pointer(at)),
  info: syscallInfo,
  rseq: (call, at) => shapeAt(call, at, "ptrace_rseq_configuration", call.result),
};
const TABLE: OptionTable = {
  lines: parseOptions(REQUESTS),
  others: ["i:4", "p", "p"],
  optionOf: (call) => constantName("ptrace", Number(call.ulong(0))),
  readers: READERS,
};

const [pid, address, data] = optionArguments(TABLE, 3);
const isRegset = (call: SyscallView) => TABLE.optionOf(call).endsWith("ETREGSET");
/** The length of a register set is read before the call as well. */
const dataOrRegset: ArgumentDecoder = {
  ...data,
  decodesAtEntry: (call) => !isRegset(call) && data.decodesAtEntry!(call),
  readBefore: (call, index) =>
    isRegset(call) ? vectorAt(call, call.ulong(index), isWriting(call)) : null,
  decode: (call, index, before) => (isRegset(call) ? regset : data.decode)(call, index, before),
};
const request = onEntry((call, index) =>
  oneOf(call.ulong(index), constants("ptrace"), "PTRACE_???"),
);

export const PTRACE_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  ptrace: [request, pid, address, dataOrRegset],
};
