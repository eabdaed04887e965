/** Layouts of a process event's layers, field by field. */
import { expect, test } from "bun:test";
import * as cn from "../../src/kernel/cn-proc.ts";
import { CN_MSG, CN_MSG_SIZE } from "../../src/kernel/connector.ts";
import * as netlink from "../../src/kernel/netlink.ts";
import { offsetsOf, valuesOf } from "./compiler.ts";

const HEADERS = ["linux/netlink.h", "linux/connector.h", "linux/cn_proc.h"];

/** Returns offsets by our names. @param names the struct's field names by ours */
function offsets(type: string, names: Readonly<Record<string, string>>): Record<string, number> {
  const values = offsetsOf(HEADERS, type, Object.values(names));
  return Object.fromEntries(Object.entries(names).map(([ours, theirs]) => [ours, values[theirs]]));
}

function sizesOf(...types: string[]): number[] {
  return Object.values(
    valuesOf(
      HEADERS,
      types.map((type) => `sizeof(${type})`),
    ),
  );
}

test("a netlink message and its address have the layouts of linux/netlink.h", () => {
  const header = { len: "nlmsg_len", type: "nlmsg_type", flags: "nlmsg_flags", seq: "nlmsg_seq" };
  expect(offsets("struct nlmsghdr", { ...header, pid: "nlmsg_pid" })).toEqual(netlink.NLMSGHDR);
  const address = { family: "nl_family", pid: "nl_pid", groups: "nl_groups" };
  expect(offsets("struct sockaddr_nl", address)).toEqual(netlink.SOCKADDR_NL);
  expect(sizesOf("struct nlmsghdr", "struct sockaddr_nl")).toEqual([
    netlink.NLMSG_HDRLEN,
    netlink.SOCKADDR_NL_SIZE,
  ]);
});

test("a connector message has the layout of linux/connector.h", () => {
  const fields = { idx: "id.idx", val: "id.val", seq: "seq", ack: "ack", len: "len" };
  expect(offsets("struct cn_msg", { ...fields, flags: "flags" })).toEqual(CN_MSG);
  expect(sizesOf("struct cn_msg")).toEqual([CN_MSG_SIZE]);
});

test("a process event has the layout of linux/cn_proc.h", () => {
  const header = { what: "what", cpu: "cpu", timestamp_ns: "timestamp_ns", data: "event_data" };
  expect(offsets("struct proc_event", header)).toEqual(cn.PROC_EVENT);
  const named = (member: string, fields: Readonly<Record<string, string>>) => {
    const spelled = Object.entries(fields).map(([ours, theirs]) => [
      ours,
      `event_data.${member}.${theirs}`,
    ]);
    return offsets("struct proc_event", Object.fromEntries(spelled));
  };
  const same = (...names: string[]) => Object.fromEntries(names.map((name) => [name, name]));
  const task = { pid: "process_pid", tgid: "process_tgid" };
  const { PROC_EVENT_DATA: data } = cn;
  for (const member of ["exec", "id", "sid", "ptrace", "comm", "coredump", "exit"])
    expect(named(member, task)).toEqual(data.task);
  expect(named("ack", same("err"))).toEqual(data.ack);
  expect(named("fork", same(...Object.keys(data.fork)))).toEqual(data.fork);
  expect(named("id", { real: "r.ruid", effective: "e.euid" })).toEqual(data.id);
  expect(named("id", { real: "r.rgid", effective: "e.egid" })).toEqual(data.id);
  expect(named("ptrace", same(...Object.keys(data.ptrace)))).toEqual(data.ptrace);
  expect(named("comm", same("comm"))).toEqual(data.comm);
  const parent = same("parent_pid", "parent_tgid");
  expect(named("coredump", parent)).toEqual(data.coredump);
  const exit = { code: "exit_code", signal: "exit_signal", ...parent };
  expect(named("exit", exit)).toEqual(data.exit);
  expect(sizesOf("struct proc_event")).toEqual([40]);
});
