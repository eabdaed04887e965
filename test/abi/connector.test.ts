/** Layouts of netlink messages, connector messages and process events in the kernel's headers. */
import { expect, test } from "bun:test";
import * as proc from "../../src/kernel/cn-proc.ts";
import { CN_MSG, CN_MSG_SIZE } from "../../src/kernel/connector.ts";
import * as netlink from "../../src/kernel/netlink.ts";
import { offsetsOf, valuesOf } from "./compiler.ts";

const CN_PROC = ["linux/cn_proc.h"];

/** Returns the offsets of fields whose names have a prefix in the header. */
function prefixed(header: string, type: string, prefix: string, fields: readonly string[]) {
  const offsets = offsetsOf(
    ["sys/socket.h", header],
    type,
    fields.map((field) => prefix + field),
  );
  return Object.fromEntries(fields.map((field) => [field, offsets[prefix + field]]));
}

function sizeOf(headers: readonly string[], type: string): number {
  return valuesOf(headers, [`sizeof(${type})`])[`sizeof(${type})`];
}

test("the netlink header and address have the layouts of linux/netlink.h", () => {
  const { NLMSGHDR, SOCKADDR_NL, NLMSG_HDRLEN, SOCKADDR_NL_SIZE } = netlink;
  const header = "linux/netlink.h";
  const names = Object.keys(NLMSGHDR);
  expect(prefixed(header, "struct nlmsghdr", "nlmsg_", names)).toEqual({ ...NLMSGHDR });
  const address = Object.keys(SOCKADDR_NL);
  expect(prefixed(header, "struct sockaddr_nl", "nl_", address)).toEqual({ ...SOCKADDR_NL });
  expect(sizeOf(["sys/socket.h", header], "struct nlmsghdr")).toBe(NLMSG_HDRLEN);
  expect(sizeOf(["sys/socket.h", header], "struct sockaddr_nl")).toBe(SOCKADDR_NL_SIZE);
});

test("the connector header has the layout of linux/connector.h", () => {
  const header = ["linux/connector.h"];
  expect(offsetsOf(header, "struct cn_msg", ["seq", "ack", "len", "flags"])).toMatchObject({
    seq: CN_MSG.seq,
    ack: CN_MSG.ack,
    len: CN_MSG.len,
    flags: CN_MSG.flags,
  });
  expect(offsetsOf(header, "struct cn_msg", ["id.idx", "id.val"])).toEqual({
    "id.idx": CN_MSG.idx,
    "id.val": CN_MSG.val,
  });
  expect(sizeOf(header, "struct cn_msg")).toBe(CN_MSG_SIZE);
});

test("the header of a process event has the layout of linux/cn_proc.h", () => {
  const { what, cpu, timestamp_ns, data } = proc.PROC_EVENT;
  expect(
    offsetsOf(CN_PROC, "struct proc_event", ["what", "cpu", "timestamp_ns", "event_data"]),
  ).toEqual({ what, cpu, timestamp_ns, event_data: data });
  expect(data).toBe(proc.PROC_EVENT_HEADER_SIZE);
});

test("the fields of each kind of process event have the offsets of linux/cn_proc.h", () => {
  const { ack, fork, task, id, ptrace, comm, coredump, exit } = proc.PROC_EVENT_DATA;
  const expected: Record<string, number> = {
    "ack.err": ack.err,
    "fork.parent_pid": fork.parent_pid,
    "fork.parent_tgid": fork.parent_tgid,
    "fork.child_pid": fork.child_pid,
    "fork.child_tgid": fork.child_tgid,
    "id.r.ruid": id.real,
    "id.e.euid": id.effective,
    "id.r.rgid": id.real,
    "id.e.egid": id.effective,
    "ptrace.tracer_pid": ptrace.tracer_pid,
    "ptrace.tracer_tgid": ptrace.tracer_tgid,
    "comm.comm": comm.comm,
    "coredump.parent_pid": coredump.parent_pid,
    "coredump.parent_tgid": coredump.parent_tgid,
    "exit.exit_code": exit.code,
    "exit.exit_signal": exit.signal,
    "exit.parent_pid": exit.parent_pid,
    "exit.parent_tgid": exit.parent_tgid,
  };
  for (const kind of ["exec", "id", "sid", "ptrace", "comm", "coredump", "exit"]) {
    expected[`${kind}.process_pid`] = task.pid;
    expected[`${kind}.process_tgid`] = task.tgid;
  }
  const names = Object.keys(expected);
  const offsets = offsetsOf(
    CN_PROC,
    "struct proc_event",
    names.map((name) => `event_data.${name}`),
  );
  expect(Object.fromEntries(names.map((name) => [name, offsets[`event_data.${name}`]]))).toEqual(
    expected,
  );
});
