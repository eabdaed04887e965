/** System V IPC and POSIX message queues: sysvipc(7), mq_overview(7). */

import { O_CREAT } from "../../kernel/fcntl.ts";
import {
  flags,
  integer,
  NamedValue,
  parts,
  pointer,
  struct,
  symbol,
  type Value,
} from "../value.ts";
import * as usual from "./arguments.ts";
import { inputArray } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { constantName, constants } from "./named-constants.ts";
import { type OptionTable, optionArguments, parseOptions } from "./option-table.ts";
import { shapeAt } from "./shapes.ts";
import { openFlagsValue, timespecAt } from "./structs.ts";

const { choice, int, long, set, uint, ulong } = usual;

const key = onEntry((call, index) =>
  call.int(index) === 0 ? symbol("IPC_PRIVATE", integer(0)) : integer(call.uint(index), "hex"),
);
const SEMBUF_SIZE = 6;
const semops = inputArray(
  (call) => call.uint(2),
  SEMBUF_SIZE,
  () => (view) =>
    struct([
      ["sem_num", integer(view.getUint16(0, true))],
      ["sem_op", integer(view.getInt16(2, true))],
      ["sem_flg", flags(view.getUint16(4, true), constants("semop"), "SEM_???")],
    ]),
);
/** struct msgbuf: a type, then a text with the length of the third argument or the result. */
const messageText =
  (length: (call: SyscallView) => number, isOutput: boolean): ArgumentDecoder["decode"] =>
  (call, index) => {
    const at = call.ulong(index);
    const found = isOutput && call.failed ? null : usual.ulongAt(call, Number(at));
    if (found === null) return pointer(at);
    return struct([
      ["mtype", integer(BigInt.asIntN(64, found))],
      ["mtext", usual.bytesAt(call, at + BigInt(call.wordSize), length(call))],
    ]);
  };
const timespecIn = onEntry(
  (call, index) => timespecAt(call, call.ulong(index)) ?? pointer(call.ulong(index)),
);

const PERMISSIONS = 0o777;
const HUGE_SHIFT = 26;
const HUGE_MASK = 0x3f;
const SHM_HUGE_SHIFT = symbol("SHM_HUGE_SHIFT", integer(HUGE_SHIFT));
/** Flags, the size of huge pages, and permissions. */
function ipcFlags(value: number, name: string): Value {
  const huge = name === "shmget" ? (value >>> HUGE_SHIFT) & HUGE_MASK : 0;
  const named = flags((value & ~PERMISSIONS & ~(huge << HUGE_SHIFT)) >>> 0, constants(name));
  const mode = value & PERMISSIONS;
  return parts(
    ...(named.value === 0 ? [] : [named]),
    ...(huge ? [{ kind: "shifted", count: huge, by: SHM_HUGE_SHIFT } as const] : []),
    new NamedValue(mode, [], mode, { kind: "values", placeholder: "", notation: "octal" }),
  );
}

/** The structs of each command, as option-table.ts describes. */
const COMMANDS = {
  msgctl: `
    IPC_STAT|MSG_STAT|MSG_STAT_ANY >{msqid64_ds}
    IPC_SET {msqid64_ds/set}
    IPC_INFO|MSG_INFO >{msginfo}`,
  shmctl: `
    IPC_STAT|SHM_STAT|SHM_STAT_ANY >{shmid64_ds}
    IPC_SET {shmid64_ds/set}
    IPC_INFO >{shminfo64}
    SHM_INFO >{shm_info}`,
  semctl: `
    IPC_STAT|SEM_STAT|SEM_STAT_ANY >{semid64_ds}
    IPC_SET {semid64_ds/set}
    IPC_INFO|SEM_INFO >{seminfo}`,
};
const IPC_64 = 0x100;
/** The last argument of a control call. @param at index of the command */
function controlArgument(name: keyof typeof COMMANDS, at: number): ArgumentDecoder {
  const table: OptionTable = {
    lines: parseOptions(COMMANDS[name]),
    others: ["p"],
    optionOf: (call) => constantName(name, call.int(at) & ~IPC_64),
    readers: {},
  };
  return optionArguments(table, 1, at)[0];
}
/** An argument that is used only if the call may create a queue. */
const onlyWithCreate = (argument: ArgumentDecoder) =>
  usual.onlyIf((call) => (call.uint(1) & O_CREAT) !== 0, argument);

export const IPC_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  shmget: [key, ulong, onEntry((call, index) => ipcFlags(call.uint(index), "shmget"))],
  shmctl: [int, choice(() => constants("shmctl"), "SHM_???"), controlArgument("shmctl", 1)],
  semget: [key, int, onEntry((call, index) => ipcFlags(call.uint(index), "ipc_get"))],
  semop: [int, semops, uint],
  semtimedop: [int, semops, uint, timespecIn],
  semctl: [int, int, choice(() => constants("semctl"), "SEM_???"), controlArgument("semctl", 2)],
  msgget: [key, onEntry((call, index) => ipcFlags(call.uint(index), "ipc_get"))],
  msgctl: [int, choice(() => constants("msgctl"), "MSG_???"), controlArgument("msgctl", 1)],
  msgsnd: [
    int,
    onEntry(messageText((call) => Number(call.ulong(2)), false)),
    ulong,
    set(() => constants("msgsnd"), "MSG_???"),
  ],
  msgrcv: [
    int,
    onExit(messageText((call) => call.result, true)),
    ulong,
    long,
    set(() => constants("msgrcv"), "MSG_???"),
  ],
  mq_open: [
    usual.path,
    onEntry((call, index) => openFlagsValue(call.uint(index), call.arch)),
    onlyWithCreate(usual.mode),
    onlyWithCreate(onEntry((call, index) => shapeAt(call, call.ulong(index), "mq_attr/open"))),
  ],
};
