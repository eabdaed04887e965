/** Mounts and marks on files: fsconfig(2), mount_setattr(2), fanotify_mark(2). */
import {
  enumValue,
  flags,
  integer,
  pointer,
  struct,
  symbol,
  type Value,
  withTail,
} from "../value.ts";
import {
  bytesAt,
  choice,
  dirfd,
  dirfdValue,
  fd,
  fdValue,
  path,
  pathAt,
  set,
  stringUpToAt,
  ulong,
} from "./arguments.ts";
import { structTail } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, type SyscallView } from "./call.ts";
import { constantName, constants } from "./named-constants.ts";

/** The kernel's limits of keys and strings, and of blobs. */
const FS_STRING = 256;
const FS_BLOB = 1 << 20;

/** What each command of fsconfig(2) takes: the type of the value and of the number after it. */
const FSCONFIG_VALUES: Readonly<Record<string, "flag" | "string" | "binary" | "path" | "fd">> = {
  FSCONFIG_SET_FLAG: "flag",
  FSCONFIG_SET_STRING: "string",
  FSCONFIG_SET_BINARY: "binary",
  FSCONFIG_SET_PATH: "path",
  FSCONFIG_SET_PATH_EMPTY: "path",
  FSCONFIG_SET_FD: "fd",
};
const fsconfigKind = (call: SyscallView) => FSCONFIG_VALUES[constantName("fsconfig", call.int(1))];

const fsconfigKey = onEntry((call, index) => {
  const at = call.ulong(index);
  return fsconfigKind(call) ? stringUpToAt(call, at, FS_STRING) : pointer(at);
});

function blobAt(call: SyscallView, at: bigint, length: number): Value {
  if (length < 0 || length > FS_BLOB) return pointer(at);
  const value = bytesAt(call, at, length);
  return value.kind === "string" ? { ...value, kind: "random-bytes" } : value;
}

const fsconfigValue = onEntry((call, index) => {
  const at = call.ulong(index);
  switch (fsconfigKind(call)) {
    case "string":
      return stringUpToAt(call, at, FS_STRING);
    case "binary":
      return blobAt(call, at, call.int(index + 1));
    case "path":
      return pathAt(call, at);
    default:
      return pointer(at);
  }
});
const fsconfigNumber = onEntry((call, index) => {
  const number = call.int(index);
  switch (fsconfigKind(call)) {
    case "path":
      return dirfdValue(call, number);
    case "fd":
      return fdValue(call, number);
    default:
      return integer(number);
  }
});

const MOUNT_ATTR_SIZE = 32;
const MOUNT_ATTR_IDMAP = 0x100000n;
/** struct mount_attr. */
const mountAttributes = onEntry((call, index) => {
  const at = call.ulong(index);
  const size = Number(call.ulong(index + 1));
  const found = size < MOUNT_ATTR_SIZE ? null : call.memory.read(Number(at), MOUNT_ATTR_SIZE);
  if (!found) return pointer(at);
  const [added, cleared, propagation, userns] = [0, 8, 16, 24].map((offset) =>
    found.view.getBigUint64(offset, true),
  );
  const isMapped = (added & MOUNT_ATTR_IDMAP) !== 0n;
  const attributes = (value: bigint) => flags(value, constants("mount_attr"), "MOUNT_ATTR_???");
  const value = struct([
    ["attr_set", attributes(added)],
    ["attr_clr", attributes(cleared)],
    ["propagation", enumValue(Number(propagation), constants("propagation"), "MS_???")],
    // Other attributes do not use it.
    ["userns_fd", isMapped && userns < 1n << 31n ? fdValue(call, Number(userns)) : integer(userns)],
  ]);
  return withTail(value, structTail(call, at, MOUNT_ATTR_SIZE, size));
});

const FAN_NOFD = -1;
const markDirectory = onEntry((call, index) =>
  call.int(index) === FAN_NOFD
    ? symbol("FAN_NOFD", integer(FAN_NOFD))
    : dirfdValue(call, call.int(index)),
);
const markMask = onEntry((call, index) =>
  flags(call.ulong(index), constants("fanotify"), "FAN_???"),
);

export const MOUNT_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  fsconfig: [
    fd,
    choice(() => constants("fsconfig"), "FSCONFIG_???"),
    fsconfigKey,
    fsconfigValue,
    fsconfigNumber,
  ],
  mount_setattr: [dirfd, path, set(() => constants("at_mount"), "AT_???"), mountAttributes, ulong],
  fanotify_mark: [
    fd,
    set(() => constants("fanotify_mark"), "FAN_MARK_???"),
    markMask,
    markDirectory,
    path,
  ],
};
