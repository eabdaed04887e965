/** Answers of receivers of OTLP: src/sinks/watch/otlp/post.ts. */
import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { post, retryAfter } from "../../../../src/sinks/watch/otlp/post.ts";

test.each([
  [null, null],
  ["3", 3000],
  ["0", 0],
  ["999999999", 3_600_000],
  ["Thu, 01 Jan 1970 00:01:00 GMT", 60_000],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ["soon", null],
])("Retry-After: %p is %p ms", (value, expected) => {
  expect(retryAfter(value, 0)).toBe(expected);
});

test.each([
  [new Response("{}"), { kind: "sent", refused: 0, reason: "" }],
  [new Response("<html>"), { kind: "sent", refused: 0, reason: "" }],
  [
    Response.json({ partialSuccess: { rejectedLogRecords: "7", errorMessage: "old" } }),
    { kind: "sent", refused: 7, reason: "old" },
  ],
  [
    Response.json({ partialSuccess: { rejectedLogRecords: "-1" } }),
    { kind: "sent", refused: 0, reason: "" },
  ],
  [new Response("no\nsuch", { status: 400 }), { kind: "refused", reason: "HTTP 400: no" }],
  [new Response("", { status: 500 }), { kind: "refused", reason: "HTTP 500" }],
  [Response.redirect("http://127.0.0.1:1/"), { kind: "refused", reason: "HTTP 302" }],
  [
    new Response("", { status: 429, headers: { "retry-after": "2" } }),
    { kind: "retry", reason: "HTTP 429", after: 2000 },
  ],
  [new Response("", { status: 502 }), { kind: "retry", reason: "HTTP 502", after: null }],
])("an answer is understood: %#", async (response, expected) => {
  using server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => response });
  const receiver = { url: `http://127.0.0.1:${server.port}/v1/logs`, headers: {} };
  expect(await post(receiver, "{}")).toEqual(expected as never);
});

test("a receiver with a certificate of a private authority is trusted if that is given", async () => {
  const directory = mkdtempSync(join(tmpdir(), "trace-test-"));
  try {
    const [key, cert] = ["key", "cert"].map((name) => join(directory, name));
    const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    const subject = ["-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const made = Bun.spawnSync(["openssl", ...request, ...subject, "-keyout", key, "-out", cert]);
    expect(made.exitCode).toBe(0);
    const tls = { key: Bun.file(key), cert: Bun.file(cert) };
    using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls,
      fetch: () => new Response("{}"),
    });
    const receiver = { url: `https://localhost:${server.port}/`, headers: {} };
    expect(await post(receiver, "{}")).toMatchObject({ kind: "retry" });
    const certificates = readFileSync(cert, "utf8");
    expect(await post({ ...receiver, certificates }, "{}")).toMatchObject({ kind: "sent" });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a receiver that is not there is tried again", async () => {
  const outcome = await post({ url: "http://127.0.0.1:1/", headers: {} }, "{}");
  expect(outcome).toMatchObject({ kind: "retry", after: null });
});
