/** System V IPC and POSIX message queues: sysvipc(7), mq_overview(7). */

import { O_CREAT } from "../../kernel/fcntl.ts";
import { flags, integer, parts, pointer, struct, symbol, type Value } from "../value.ts";
import * as usual from "./arguments.ts";
import { inputArray } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, onExit, onExitIf, type SyscallView } from "./call.ts";
import { structAt } from "./generic.ts";
import { constantName, constants } from "./named-constants.ts";
import { openFlagsValue, timespecAt } from "./structs.ts";

const { address, choice, int, long, set, uint, ulong } = usual;

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

const SHM_HUGE_SHIFT = 26;

/** Flags, the size of huge pages, unnamed bits and permissions. */
function ipcFlags(value: number, name: string): Value {
  const hugePages = name === "shmget" ? value >>> SHM_HUGE_SHIFT : 0;
  const named = flags((value & ~0o777) - hugePages * 2 ** SHM_HUGE_SHIFT, constants(name));
  const rest = Number(named.rest) ? [named.rest] : [];
  const hugeSize = hugePages ? [`${hugePages}<<SHM_HUGE_SHIFT`] : [];
  const mode = `0${(value & 0o777).toString(8).padStart(3, "0")}`.replace(/^0000$/, "000");
  return parts(...named.names, ...hugeSize, ...rest, mode);
}

/** A struct that some commands write and others read; other commands ignore it. */
const controlBuffer = (name: "shmctl" | "msgctl", tag: string) =>
  onExitIf(
    (call) => constantName(name, call.int(1)).endsWith("STAT"),
    (call, index) => {
      const at = call.ulong(index);
      const command = constantName(name, call.int(1));
      const isRead = command.endsWith("STAT") && !call.failed;
      return isRead || command === "IPC_SET" ? structAt(call, at, tag) : pointer(at);
    },
  );
/** An argument that is used only if the call may create a queue. */
const onlyWithCreate = (argument: ArgumentDecoder) =>
  usual.onlyIf((call) => (call.uint(1) & O_CREAT) !== 0, argument);

export const IPC_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  shmget: [key, ulong, onEntry((call, index) => ipcFlags(call.uint(index), "shmget"))],
  shmctl: [
    int,
    choice(() => constants("shmctl"), "SHM_???"),
    controlBuffer("shmctl", "shmid64_ds"),
  ],
  semget: [key, int, onEntry((call, index) => ipcFlags(call.uint(index), "ipc_get"))],
  semop: [int, semops, uint],
  semtimedop: [int, semops, uint, timespecIn],
  semctl: [int, int, choice(() => constants("semctl"), "SEM_???"), address],
  msgget: [key, onEntry((call, index) => ipcFlags(call.uint(index), "ipc_get"))],
  msgctl: [
    int,
    choice(() => constants("msgctl"), "MSG_???"),
    controlBuffer("msgctl", "msqid64_ds"),
  ],
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
    onlyWithCreate(onEntry((call, index) => structAt(call, call.ulong(index), "mq_attr"))),
  ],
};
