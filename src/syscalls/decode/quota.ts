/** Disk quotas: quotactl(2), quotactl_fd(2). linux/quota.h, linux/dqblk_xfs.h. */
import { integer, macro, type Value } from "../value.ts";
import { fd } from "./arguments.ts";
import { type ArgumentDecoder, onEntry, type SyscallView } from "./call.ts";
import { oneOf } from "./formats.ts";
import { constantName, constants } from "./named-constants.ts";
import { type OptionTable, optionArguments, parseOptions } from "./option-table.ts";

/** The device, the id and the address of each command, as option-table.ts describes. */
const COMMANDS = `
  Q_QUOTAON path =quota_format/QFMT_VFS_???:4 path
  Q_QUOTAOFF|Q_SYNC|Q_XQUOTASYNC path - -
  Q_GETQUOTA path id:4 >{if_dqblk}
  Q_GETNEXTQUOTA path id:4 >{if_nextdqblk}
  Q_SETQUOTA path id:4 {if_dqblk}
  Q_GETFMT path - [=quota_format/QFMT_VFS_???]
  Q_GETINFO path - >{if_dqinfo}
  Q_SETINFO path - {if_dqinfo}
  Q_XQUOTAON|Q_XQUOTAOFF path - <[&xfs_quota_state]
  Q_XQUOTARM path - <[&xfs_quota_flags]
  Q_XGETQUOTA|Q_XGETNEXTQUOTA path id:4 >{fs_disk_quota}
  Q_XSETQLIM path id:4 {fs_disk_quota}
  Q_XGETQSTAT path - >{fs_quota_stat}
  Q_XGETQSTATV path - >{fs_quota_statv}
`;

/** A command and a type in one number. */
function commandParts(number: number): readonly [command: number, type: number] {
  return [number >>> 8, number & 0xff];
}

function commandValue(number: number): Value {
  const [command, type] = commandParts(number);
  const value = macro(
    "QCMD",
    oneOf(BigInt(command), constants("quota"), "Q_???"),
    oneOf(BigInt(type), constants("quota_type"), "???QUOTA"),
  );
  return { ...value, value: integer(number), inComment: "names" };
}

/** @param hasPath whether the device is a path after the command, or an fd before it */
function quotaArguments(hasPath: boolean): readonly ArgumentDecoder[] {
  const at = hasPath ? 0 : 1;
  const lines = [...parseOptions(COMMANDS)].map(
    ([key, words]) => [key, hasPath ? words : words.slice(1)] as const,
  );
  const table: OptionTable = {
    lines: new Map(lines),
    others: hasPath ? ["path", "id:4", "p"] : ["id:4", "p"],
    optionOf: (call: SyscallView) => constantName("quota", commandParts(call.uint(at))[0]),
    readers: {},
  };
  return [
    onEntry((call, index) => commandValue(call.uint(index))),
    ...optionArguments(table, hasPath ? 3 : 2, at),
  ];
}

const [byPath, byFd] = [quotaArguments(true), quotaArguments(false)];
export const QUOTA_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  quotactl: byPath,
  quotactl_fd: [fd, ...byFd],
};
