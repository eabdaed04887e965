/** System V IPC and POSIX message queues: sysvipc(7), mq_overview(7). */

import { O_CREAT } from "../../kernel/fcntl.ts";
import { array, flags, integer, parts, pointer, struct, symbol, type Value } from "../value.ts";
import * as usual from "./arguments.ts";
import { type ArgumentDecoder, onEntry, onExit, onExitIf, type SyscallView } from "./call.ts";
import { structAt } from "./generic.ts";
import { constantName, constants } from "./named-constants.ts";
import { openFlagsValue, timespecAt } from "./structs.ts";

const { address, choice, int, long, set, string, uint, ulong } = usual;

const key = onEntry((call, index) =>
  call.int(index) === 0 ? symbol("IPC_PRIVATE", integer(0)) : integer(call.uint(index), "hex"),
);
const SEMBUF_SIZE = 6;
const semops = onEntry((call, index) => {
  const at = call.ulong(index);
  const count = call.uint(2);
  const shown = Math.min(count, call.limits.array);
  const found = at === 0n ? null : call.memory.read(Number(at), Math.max(1, shown * SEMBUF_SIZE));
  if (!found) return pointer(at);
  const { view } = found;
  const items = Array.from({ length: shown }, (_, i) =>
    struct([
      ["sem_num", integer(view.getUint16(i * SEMBUF_SIZE, true))],
      ["sem_op", integer(view.getInt16(i * SEMBUF_SIZE + 2, true))],
      ["sem_flg", flags(view.getUint16(i * SEMBUF_SIZE + 4, true), constants("semop"), "SEM_???")],
    ]),
  );
  return array(items, count > shown);
});
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

function ipcFlags(value: number, name: string): Value {
  const named = flags(value & ~0o777, constants(name));
  const rest = Number(named.rest) >>> 0;
  const huge = rest >>> 26;
  const mode = `0${(value & 0o777).toString(8).padStart(3, "0")}`.replace(/^0000$/, "000");
  const hugeSize = name === "shmget" && huge ? [`${huge}<<SHM_HUGE_SHIFT`] : [];
  return parts(...named.names, ...hugeSize, mode);
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
    string,
    onEntry((call, index) => openFlagsValue(call.uint(index), call.arch)),
    onlyWithCreate(usual.mode),
    onlyWithCreate(onEntry((call, index) => structAt(call, call.ulong(index), "mq_attr"))),
  ],
};
