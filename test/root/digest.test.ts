/** `trace watch --digest`: the SHA-256 of files that are closed after writing, and never a wrong one. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chownSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { run, temporaryDirectory, until } from "./support/harness.ts";
import { besideWatch, NDJSON, type WatchOptions } from "./support/watch.ts";

setDefaultTimeout(120_000);

const sha256 = (text: string | Uint8Array) =>
  new Bun.CryptoHasher("sha256").update(text).digest("hex");

/** Returns the digests of the CLOSE_WRITE events, by name, and the messages. */
async function digestsOf(
  path: string,
  work: (soFar: () => number) => unknown,
  options: WatchOptions = {},
) {
  const args = [...NDJSON, "--types", "CLOSE_WRITE", "--digest", "1M", path];
  const result = await besideWatch(args, (_, soFar) => work(() => soFar().length), options);
  const rows = result.changes as unknown as { path: string; digest: string | null }[];
  return {
    digests: rows.map(({ path: file, digest }) => [file.split("/").at(-1), digest]),
    stderr: result.stderr,
  };
}

test("a file that is closed after writing has its digest, also if it is renamed at once", async () => {
  using directory = temporaryDirectory();
  const big = Buffer.alloc(700_000, 7);
  const { digests, stderr } = await digestsOf(directory.path, () => {
    run(["sh", "-c", "echo hello >a; echo tmp >t; mv t u; : >empty"], { cwd: directory.path });
    writeFileSync(join(directory.path, "b"), big);
    writeFileSync(join(directory.path, "large"), Buffer.alloc(1_100_000));
  });
  expect(digests).toEqual([
    ["a", sha256("hello\n")],
    ["t", sha256("tmp\n")],
    ["empty", sha256("")],
    ["b", sha256(big)],
    ["large", null],
  ]);
  expect(stderr).toEndWith("5 events, complete\n");
});

test("a file that another still writes has no digest, and is counted", async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, "a");
  const { digests, stderr } = await digestsOf(directory.path, async (count) => {
    const other = openSync(path, "a");
    run(["sh", "-c", 'echo x >"$0"', path]);
    await until(() => count() === 1);
    writeSync(other, "y");
    closeSync(other);
  });
  expect(digests).toEqual([
    ["a", null],
    ["a", sha256("x\ny")],
  ]);
  expect(stderr).toContain("INCOMPLETE: 1 files without a digest");
});

test("a digest is of what was there when the event was read, or there is none", async () => {
  using directory = temporaryDirectory();
  const script = "i=0; while [ $i -lt 300 ]; do echo $i >a; i=$((i+1)); done";
  const { digests } = await digestsOf(directory.path, () =>
    run(["sh", "-c", script], { cwd: directory.path }),
  );
  const valid = new Set(Array.from({ length: 300 }, (_, i) => sha256(`${i}\n`)));
  expect(digests.filter(([, digest]) => digest !== null && !valid.has(String(digest)))).toEqual([]);
  expect(digests.at(-1)?.[1]).toBe(sha256("299\n"));
});

test("an ordinary user gets digests of his own files", async () => {
  using directory = temporaryDirectory();
  const uid = 65534;
  const own = join(directory.path, "own");
  mkdirSync(own);
  run(["chmod", "755", directory.path]);
  chownSync(own, uid, uid);
  const under = ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
  const { digests } = await digestsOf(
    own,
    () => run([...under, "sh", "-c", "echo hello >a"], { cwd: own }),
    { under },
  );
  expect(digests).toEqual([["a", sha256("hello\n")]]);
});
