/** Names and other numbers of processes beside their numbers: strace -Y and --pidns-translation. */
import { expect, test } from "bun:test";
import type { PidLookup } from "../../src/syscalls/pid-details.ts";
import { annotatePids, annotateStruct, resultPid } from "../../src/syscalls/pid-values.ts";
import { straceText } from "../../src/syscalls/strace-text.ts";
import { enumValue, integer, struct, type Value } from "../../src/syscalls/value.ts";

const lookup: PidLookup = (role, pid) =>
  pid === 7 ? { comm: `a<${role}`, translated: 70 } : pid === 8 ? { comm: "b" } : undefined;

function annotated(name: string, ...args: Value[]): string {
  const call = { name, abi: "x64" as const, args: [...args] };
  annotatePids(call, lookup);
  return call.args.map((each) => straceText(each)).join(", ");
}

const seven = (role: string) => `7<a\\74${role}> /* 70 in strace's PID NS */`;

test("arguments are processes, threads or process groups by their call", () => {
  expect(annotated("kill", integer(7), integer(9))).toBe(`${seven("tgid")}, 9`);
  expect(annotated("tgkill", integer(8), integer(7), integer(7))).toBe(`8<b>, ${seven("tid")}, 7`);
  expect(annotated("setpgid", integer(0), integer(7))).toBe(`0, ${seven("pgid")}`);
  expect(annotated("get_robust_list", integer(7))).toBe(seven("tgid"));
  expect(annotated("dup2", integer(7), integer(7))).toBe("7, 7");
});

test("a negative number is a process group", () => {
  expect(annotated("kill", integer(-7), integer(1))).toBe(
    "-7<a\\74pgid> /* -70 in strace's PID NS */, 1",
  );
  expect(annotated("wait4", integer(-1))).toBe("-1");
});

test("the first argument says what the second one is", () => {
  const which = (name: string) => enumValue(1, [[name, 1]]);
  expect(annotated("getpriority", which("PRIO_PGRP"), integer(7))).toBe(
    `PRIO_PGRP, ${seven("pgid")}`,
  );
  expect(annotated("getpriority", which("PRIO_USER"), integer(7))).toBe("PRIO_USER, 7");
  expect(annotated("fcntl", integer(3), which("F_SETOWN"), integer(7))).toBe(
    `3, F_SETOWN, ${seven("tgid")}`,
  );
});

test("fields of structs are processes by their name", () => {
  const info = struct([
    ["si_signo", integer(7)],
    ["si_pid", integer(7)],
  ]);
  expect(straceText(annotateStruct(info, lookup))).toBe(`{si_signo=7, si_pid=${seven("tgid")}}`);
});

test("results are processes by their call", () => {
  expect(resultPid({ name: "gettid", abi: "x64", args: [] }, 7, lookup).comm).toBe("a<tid");
  expect(resultPid({ name: "getsid", abi: "x64", args: [] }, 7, lookup).comm).toBe("a<sid");
  expect(resultPid({ name: "read", abi: "x64", args: [] }, 7, lookup)).toEqual({});
});
