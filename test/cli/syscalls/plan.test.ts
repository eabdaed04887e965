import { expect, test } from "bun:test";
import { readPlan } from "../../../src/cli/syscalls/plan.ts";
import { defaultInheritance } from "../../../src/process/inherited-state.ts";

const OTHER = { loadCommands: async () => ({}) };
const plan = (...options: string[]) =>
  readPlan({
    command: ["true"],
    options,
    inherited: { ...defaultInheritance(), fds: [3, 7] },
    ...OTHER,
  });

test("a command with selected calls has a filter", () => {
  expect(plan("--expression=openat").filtered).toBe(true);
  expect(plan().filtered).toBe(false);
});

test.each(["--detach-on=execve", "--syscall-limit=2", "--no-follow", "--pid=1"])(
  "a command that may be left untraced has no filter: %s",
  (option) => {
    expect(plan("--expression=openat", option).filtered).toBe(false);
  },
);

test("-D, -DD and -DDD, and their long forms, place the tracer", () => {
  expect(plan().daemonize).toBeNull();
  expect(plan("--daemonize=").daemonize).toBe("parent");
  expect(plan("--daemonize=", "--daemonize=").daemonize).toBe("group");
  expect(plan("--daemonize=", "--daemonize=", "--daemonize=").daemonize).toBe("session");
  expect(plan("--daemonize=pgrp").daemonize).toBe("group");
  expect(() => plan("--daemonize=init")).toThrow("-D");
});

test("-D requires a command", () => {
  const options = ["--daemonize=", "--pid=1"];
  const read = () => readPlan({ command: [], options, inherited: defaultInheritance(), ...OTHER });
  expect(read).toThrow("-D: requires a command");
});

test("the socket of a tracer that trace has started is not the command's", () => {
  const { caller, inherited } = plan("--daemonize=", "--tracer-of=41:7");
  expect(caller).toEqual({ pid: 41, socket: 7 });
  expect(inherited.fds).toEqual([3]);
  expect(() => plan("--tracer-of=41")).toThrow("only for use by trace");
});

test("only an execve can be detached on, and a limit is a positive number", () => {
  expect(plan("--detach-on=execve").detachOnExec).toBe(true);
  expect(() => plan("--detach-on=fork")).toThrow("-b");
  expect(plan("--syscall-limit=5").limit).toBe(5);
  expect(plan().limit).toBe(Infinity);
  expect(() => plan("--syscall-limit=0")).toThrow("--syscall-limit");
});
