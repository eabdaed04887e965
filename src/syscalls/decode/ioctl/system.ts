/** Requests of fds that are no devices, and of /dev/random: random(4), ioctl_userfaultfd(2), perf_event_open(2). */
import {
  type ChangeValue,
  field,
  integer,
  pointer,
  type StructValue,
  struct,
  symbol,
} from "../../value.ts";
import { bytesAt } from "../arguments.ts";
import { arrayAt } from "../arrays.ts";
import { eventAttributesAt } from "../perf-event.ts";
import { pointeeValue, structAt } from "./fields.ts";
import type { RequestFamily, Special } from "./request.ts";
import { parseType } from "./schema.ts";

/** struct rand_pool_info, which ends with its bytes. */
const entropy: Special["decode"] = (scope, at) => {
  const known = structAt({ ...scope, part: "all" }, at, "rand_pool_info");
  if (known.kind !== "struct") return known;
  const [, [, size]] = known.fields;
  const length = size.kind === "integer" ? Number(size.value) : 0;
  return struct([...known.fields, ["buf", bytesAt(scope.call, at + 8n, Math.max(length, 0))]]);
};

const WRITTEN = parseType("@uffdio_api_written")!;

/** struct uffdio_api: the kernel replaces the features. */
const userfaultfd: Special["decode"] = (scope, at, _name, before) => {
  if (!before) return structAt(scope, at, "uffdio_api_given");
  const after = pointeeValue({ ...scope, part: "all" }, at, WRITTEN);
  if (before.kind !== "struct" || after.kind !== "struct") return before;
  const [api, [name, features]] = before.fields;
  const [[, written], ...rest] = after.fields;
  const change: ChangeValue = {
    ...{ kind: "change", before: features, after: field(name, written), indirect: false },
  };
  return struct([api, [name, change], ...rest]);
};

/** struct perf_event_query_bpf: how many ids there is room for, and those that the kernel wrote. */
const programs: Special["decode"] = ({ call }, at, _name, before) => {
  const room = at === 0n ? null : call.memory.read(Number(at), 4)?.view.getUint32(0, true);
  if (room === null || room === undefined) return pointer(at);
  const count = before ? call.memory.read(Number(at) + 4, 4)?.view.getUint32(0, true) : undefined;
  if (count === undefined) return struct([["ids_len", integer(room)]], true);
  const ids = arrayAt(call, at + 8n, Math.min(room, count), 4, (view) =>
    integer(view.getUint32(0, true)),
  );
  const [length] = (before as StructValue).fields;
  return struct([length, ["prog_cnt", integer(count)], ["ids", ids]]);
};

const NOTIFICATION_SIZE = 80;

/** struct seccomp_notif, which the kernel wants to be zero before. */
const notification: Special["decode"] = (scope, at, _name, before) => {
  if (before && scope.call.failed) {
    const after = pointer(at);
    return before.kind === "struct" ? { kind: "change", before, after, indirect: false } : before;
  }
  const found = at === 0n ? null : scope.call.memory.read(Number(at), NOTIFICATION_SIZE);
  const isZero = found?.bytes.subarray(0, NOTIFICATION_SIZE).every((byte) => byte === 0);
  if (!before && isZero) return pointer(at);
  const value = structAt({ ...scope, part: "all" }, at, "seccomp_notif");
  if (before?.kind !== "struct" || value.kind !== "struct") return value;
  return { kind: "change", before, after: value, indirect: false };
};

const ID = parseType("x64")!;
const WRONG_DIRECTION = "SECCOMP_IOCTL_NOTIF_ID_VALID_WRONG_DIR";

/** Returns the request to check an id as headers before Linux 5.9 define it, which the kernel accepts. */
export const seccompRequest: RequestFamily = (request, { number, direction, size }) =>
  number === 2 && direction === "read" && size === 8
    ? {
        name: symbol(WRONG_DIRECTION, integer(request, "hex")),
        access: "in",
        decode: (scope, at) => pointeeValue(scope, at, ID),
      }
    : null;

export const SYSTEM_REQUESTS: Readonly<Record<string, Special>> = {
  RNDADDENTROPY: { access: "in", decode: entropy },
  SECCOMP_IOCTL_NOTIF_RECV: { access: "inout", decode: notification, despiteFailure: true },
  UFFDIO_API: { access: "inout", decode: userfaultfd },
  PERF_EVENT_IOC_MODIFY_ATTRIBUTES: {
    access: "in",
    decode: ({ call }, at) => eventAttributesAt(call, at),
  },
  PERF_EVENT_IOC_QUERY_BPF: { access: "inout", decode: programs },
};
