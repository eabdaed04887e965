import { expect, test } from "bun:test";
import { LoginSessions, terminalName } from "../../src/attribution/login-sessions.ts";
import type { LoginSession } from "../../src/events/login-session.ts";
import { ProcessChain, type ProcessLink } from "../../src/events/process-chain.ts";
import type { ProcessInfo } from "../../src/events/process-info.ts";

const link = (pid: number, comm: string): ProcessLink => ({ pid, comm, argv: [comm] });

const processOf = (pid: number, comm: string, ...above: ProcessLink[]): ProcessInfo => ({
  ...{ pid, ppid: above[0]?.pid ?? 0, comm, argv: [comm], uid: 0, started: 0, origin: "bpf" },
  above: new ProcessChain(above),
});

const ADA: LoginSession = { user: "ada", id: 7, tty: "pts/0", from: "client" };

/** Sessions of live processes by pid: null for none. Other processes have ended. */
function sessionsOf(live: Record<number, LoginSession | null>) {
  const reads: number[] = [];
  const sessions = new LoginSessions(({ pid }) => {
    reads.push(pid);
    return live[pid];
  });
  return { sessions, reads };
}

test("a process that runs has its own session, or none", () => {
  const { sessions } = sessionsOf({ 2: ADA, 3: null });
  expect(sessions.of(processOf(2, "sh"))).toBe(ADA);
  expect(sessions.of(processOf(3, "sh", link(2, "sh")))).toBe(null);
});

test("a process that has ended has the session of the nearest one above that runs", () => {
  const { sessions } = sessionsOf({ 2: ADA, 1: null });
  const above = [link(3, "sudo"), link(2, "bash"), link(1, "init")];
  expect(sessions.of(processOf(4, "touch", ...above))).toBe(ADA);
});

test("what ended may have opened a session of its own: then it is not known", () => {
  const { sessions } = sessionsOf({ 2: ADA });
  for (const comm of ["sshd", "sshd-session", "CRON", "login", "(systemd)"])
    expect(sessions.of(processOf(4, "touch", link(3, comm), link(2, "sshd")))).toBe(null);
  expect(sessions.of(processOf(4, "cron", link(2, "cron")))).toBe(null);
});

test("a process of a chain is read once, and keeps its session when it has ended", () => {
  const live: Record<number, LoginSession | null> = { 2: ADA };
  const { sessions, reads } = sessionsOf(live);
  const shell = link(2, "bash");
  sessions.of(processOf(3, "touch", shell));
  delete live[2];
  const last = processOf(4, "rm", shell);
  expect([sessions.of(last), sessions.of(last)]).toEqual([ADA, ADA]);
  expect(reads).toEqual([3, 2, 4]);
});

test("a process without a name has no session", () => {
  const { sessions } = sessionsOf({});
  expect(sessions.of({ ...processOf(0, ""), above: undefined })).toBe(null);
});

test("terminals are named by their device numbers", () => {
  expect([0, 0x8801, 0x8900, 0x108801, 0x0401, 0x0440].map(terminalName)).toEqual([
    ...["", "pts/1", "pts/256", "pts/257", "tty1", "ttyS0"],
  ]);
});
