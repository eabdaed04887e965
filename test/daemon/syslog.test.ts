import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOG_ERR, LOG_WARNING, syslogLine } from "../../src/daemon/syslog.ts";
import { trySendDatagram } from "../../src/daemon/unix-datagram.ts";
import { Manager } from "./service-manager.ts";

test("a message has the facility and severity, the local time and the process", () => {
  const at = (day: number) => new Date(2026, 10, day, 7, 5, 9);
  expect(syslogLine(LOG_ERR, "full", at(3), 77)).toBe("<27>Nov  3 07:05:09 trace[77]: full");
  expect(syslogLine(LOG_WARNING, "well", at(30), 7)).toBe("<28>Nov 30 07:05:09 trace[7]: well");
});

test("a datagram is sent if its socket exists and its reader is not behind", () => {
  const directory = mkdtempSync(join(tmpdir(), "trace-test-"));
  using socket = new Manager(join(directory, "log"));
  expect(trySendDatagram(socket.path, "one")).toBe(true);
  expect(socket.received()).toEqual(["one"]);
  for (let i = 0; i < 100_000 && trySendDatagram(socket.path, "x"); i++);
  expect(trySendDatagram(socket.path, "too many")).toBe(false);
  expect(trySendDatagram(join(directory, "none"), "one")).toBe(false);
  rmSync(directory, { recursive: true });
});
