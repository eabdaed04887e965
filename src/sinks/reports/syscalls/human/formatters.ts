/** The formatters of decoded values; the placeholders of templates name them. */
import { AT_FDCWD } from "../../../../kernel/fcntl.ts";
import { modeParts } from "../../../../syscalls/strace-text.ts";
import { integer, type Value } from "../../../../syscalls/value.ts";
import { formatSize } from "../../../../text/byte-size.ts";
import { decodeLatin1 } from "../../../../text/latin1.ts";
import { openFlagsText, protectionText } from "./flags.ts";
import type { FormatContext, Formatter } from "./template.ts";
import {
  dataText,
  fdText,
  isNull,
  nameText,
  numericValue,
  structField,
  valueText,
} from "./value-text.ts";

function path(value: Value): string {
  if (value.kind !== "string") return valueText(value);
  return `${nameText(decodeLatin1(value.bytes))}${value.cut ? "…" : ""}`;
}

/** A path relative to the dirfd in the other argument. */
function at(value: Value, { other }: FormatContext): string {
  if (other?.kind !== "fd") return path(value);
  const name = value.kind === "string" ? decodeLatin1(value.bytes) : "";
  if (name === "") return fdText(other);
  if (name.startsWith("/") || other.fd === AT_FDCWD) return nameText(name);
  if (other.path?.startsWith("/")) return nameText(`${other.path}/${name}`);
  return `${nameText(name)} relative to ${fdText(other)}`;
}

function bytes(value: Value): string {
  const count = numericValue(value);
  if (count === null) return valueText(value);
  return count === 1
    ? "1 byte"
    : count < 10_000
      ? `${count} bytes`
      : `${count} bytes (${formatSize(count)})`;
}

/** The number of bytes if it is less than requested. */
function shortCount(value: Value, { other }: FormatContext): string {
  return numericValue(value) === numericValue(other) ? "" : `only ${bytes(value)}`;
}

function seconds(value: Value): string {
  if (isNull(value)) return "";
  const whole = numericValue(structField(value, "tv_sec"));
  const part = numericValue(structField(value, "tv_nsec"));
  const micro = numericValue(structField(value, "tv_usec"));
  if (whole === null) return valueText(value);
  const fraction = part === null ? (micro ?? 0) / 1e6 : part / 1e9;
  return secondsText(whole + fraction);
}

function secondsText(total: number): string {
  if (total === 1) return "1 second";
  if (total === 0 || total >= 1) return `${Number(total.toFixed(3))} seconds`;
  return total >= 1e-3
    ? `${Number((total * 1e3).toFixed(3))} ms`
    : `${Number((total * 1e6).toFixed(3))} µs`;
}

/** A timeout; -1 of poll(2) is no limit. */
function milliseconds(value: Value): string {
  const count = numericValue(value);
  return count === null || count < 0 ? "" : secondsText(count / 1000);
}

/** A command line. */
function command(value: Value): string {
  if (value.kind !== "array") return valueText(value);
  const words = value.items.map(path);
  return [...words, ...(value.cut ? ["…"] : [])].join(" ");
}

const TYPES: Readonly<Record<string, string>> = {
  S_IFREG: "file",
  S_IFDIR: "directory",
  S_IFLNK: "symbolic link",
  S_IFCHR: "character device",
  S_IFBLK: "block device",
  S_IFIFO: "pipe",
  S_IFSOCK: "socket",
};

/** struct stat, struct statx. */
function file(value: Value): string {
  const mode = structField(value, "st_mode") ?? structField(value, "stx_mode");
  const length = numericValue(structField(value, "st_size") ?? structField(value, "stx_size"));
  if (mode?.kind !== "mode")
    return isNull(value) || value.kind === "pointer" ? "" : valueText(value);
  const [type, permissions = type] = modeParts(mode.mode);
  const what = TYPES[type] ?? "file";
  const sized = what === "file" && length !== null ? ` of ${bytes(integer(length))}` : "";
  return `${what}${sized}, ${permissions}`;
}

/** A user or group id; -1 means unchanged. */
function owner(value: Value): string {
  const id = numericValue(value);
  return id === -1 || id === 0xffffffff ? "" : String(id);
}

/** Fds of poll(2) or pipe(2). */
function fds(value: Value): string {
  if (value.kind !== "array") return valueText(value);
  const each = value.items.map((item) => structField(item, "fd") ?? item).map(valueText);
  return each.length ? `${each.join(", ")}${value.cut ? ", …" : ""}` : "nothing";
}

function numbers(value: Value): string {
  if (value.kind !== "array") return valueText(value);
  return value.items.map((item) => String(numericValue(item) ?? valueText(item))).join(" and ");
}

/** The data of a struct msghdr or an array of struct iovec. */
function parts(value: Value): string {
  const vectors = structField(value, "msg_iov") ?? value;
  if (vectors.kind !== "array") return "";
  const texts = vectors.items.flatMap((item) => {
    const base = structField(item, "iov_base");
    return base?.kind === "string" && base.bytes.length ? [valueText(base)] : [];
  });
  return texts.join(" ");
}

function data(value: Value): string {
  return value.kind === "string" && value.bytes.length ? dataText(value.bytes, value.cut) : "";
}

/** Empty for NULL, 0 and no flags. */
function nonZero(value: Value): string {
  return isNull(value) || numericValue(value) === 0 ? "" : valueText(value);
}

function integerInBase(base: number, prefix: string): Formatter {
  return (value) => {
    const number = value.kind === "integer" ? value.value : null;
    return number === null ? valueText(value) : `${prefix}${number.toString(base)}`;
  };
}

/** A process id; 0 is the caller. */
function processText(value: Value): string {
  const pid = numericValue(value);
  if (pid === null) return valueText(value);
  if (pid === 0) return "the caller";
  return pid < 0 ? `process group ${-pid}` : `process ${pid}`;
}

/** Whom kill(2) signals. */
function receiver(value: Value): string {
  const pid = numericValue(value);
  if (pid === 0) return "its process group";
  return pid === -1 ? "all processes" : processText(value);
}

/** The child that wait4(2) waits for. */
function child(value: Value): string {
  const pid = numericValue(value);
  return pid === -1 || pid === 0 ? "any child" : processText(value);
}

function signal(value: Value): string {
  return numericValue(value) === 0 ? "signal 0 (existence check)" : valueText(value);
}

/** The action of a struct sigaction. */
function action(value: Value): string {
  const handler = structField(value, "sa_handler");
  if (!handler) return valueText(value);
  if (handler.kind !== "symbol") return `run ${valueText(handler)}`;
  return handler.name === "SIG_DFL" ? "default" : "ignore";
}

/** The mapped file; an anonymous mapping has no fd. */
function mapped(value: Value): string {
  return value.kind === "fd" && value.fd >= 0 ? fdText(value) : "";
}

const limitText = (value: Value | undefined) =>
  value === undefined ? "" : valueText(value).replace("RLIM64_INFINITY", "unlimited");

/** struct rlimit. */
function limit(value: Value): string {
  const [soft, hard] = ["rlim_cur", "rlim_max"].map((name) => limitText(structField(value, name)));
  return soft === "" ? nonZero(value) : `soft ${soft}, hard ${hard}`;
}

/** struct utsname. */
function system(value: Value): string {
  const [name, release] = ["sysname", "release"].map((field) => structField(value, field));
  return name?.kind === "string" && release ? `${path(name)} ${path(release)}` : "";
}

/** Formatters by name. */
export const FORMATTERS: Readonly<Record<string, Formatter>> = {
  "": valueText,
  action,
  at,
  bytes,
  child,
  command,
  data,
  fds,
  file,
  hex: integerInBase(16, "0x"),
  limit,
  mapped,
  milliseconds,
  number: (value) => String(numericValue(value) ?? valueText(value)),
  numbers,
  octal: integerInBase(8, "0"),
  of: shortCount,
  opening: openFlagsText,
  owner,
  parts,
  path,
  process: processText,
  protection: protectionText,
  receiver,
  seconds,
  signal,
  some: nonZero,
  system,
};
