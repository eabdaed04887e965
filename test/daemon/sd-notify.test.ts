import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sdNotify } from "../../src/daemon/sd-notify.ts";
import { Manager } from "./service-manager.ts";

test("the service manager is notified over a socket with a path", () => {
  const directory = mkdtempSync(join(tmpdir(), "trace-test-"));
  using manager = new Manager(join(directory, "notify"));
  sdNotify(manager.path, "READY=1\nSTATUS=watching");
  expect(manager.received()).toEqual(["READY=1\nSTATUS=watching"]);
  rmSync(directory, { recursive: true });
});

test("the service manager is notified over a socket with an abstract name", () => {
  using manager = new Manager(`@trace-test-${process.pid}`);
  sdNotify(manager.path, "STOPPING=1");
  expect(manager.received()).toEqual(["STOPPING=1"]);
});

test("nothing is sent without a socket or to an unsupported kind of socket", () => {
  for (const socket of [undefined, "", "vsock:2:1234", "relative", `/${"x".repeat(200)}`])
    sdNotify(socket, "READY=1");
});

test("a socket that does not exist is an error that names it", () => {
  expect(() => sdNotify("/nonexistent/notify", "READY=1")).toThrow(
    "sendto(NOTIFY_SOCKET=/nonexistent/notify): ENOENT",
  );
});
