/**
 * Digests of files with fs-verity, on an ext4 image that the test makes. Kernels without it skip the
 * tests; those of make test-vm have it.
 */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, runTrace } from "./support/harness.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(120_000);

const hasVerity = existsSync("/sys/fs/ext4/features/verity");
const scratch = mkdtempSync(join(tmpdir(), "trace-verity-"));
const mount = join(scratch, "mount");
const BLOCK = 4096;

function must(command: readonly string[], cwd = scratch): void {
  const { status, stderr } = run([...command], { cwd });
  if (status !== 0) throw new Error(`${command.join(" ")}: status ${status}: ${stderr}`);
}

/** Returns the digest that the kernel documents: of a descriptor with the root of a tree of hashes. */
function verityOf(content: Buffer, algorithm: "sha256" | "sha512"): string {
  const hash = (bytes: Uint8Array) => createHash(algorithm).update(bytes).digest();
  const blocks = (bytes: Buffer) =>
    Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, index) => {
      const block = Buffer.alloc(BLOCK);
      bytes.copy(block, 0, index * BLOCK, (index + 1) * BLOCK);
      return block;
    });
  let level = blocks(content).map(hash);
  while (level.length > 1) level = blocks(Buffer.concat(level)).map(hash);
  // struct fsverity_descriptor
  const descriptor = Buffer.alloc(256);
  descriptor.set([1, algorithm === "sha256" ? 1 : 2, 12, 0]);
  descriptor.writeBigUInt64LE(BigInt(content.length), 8);
  level[0].copy(descriptor, 16);
  return `${algorithm}:${hash(descriptor).toString("hex")}`;
}

const LARGE = Buffer.alloc(600_001, "fs-verity\n");
const SMALL = Buffer.from("small\n");

interface Digest {
  readonly path: string;
  readonly state: string;
  readonly sha256: string;
  readonly verity?: string;
}

let isMounted = false;

/** Mounts an image with files, of which one has no fs-verity. */
function mountImage(): void {
  if (isMounted) return;
  const image = join(scratch, "image");
  writeFileSync(image, "");
  truncateSync(image, 16 << 20);
  mkdirSync(mount);
  must(["mkfs.ext4", "-q", "-b", `${BLOCK}`, "-O", "verity", image]);
  must(["mount", "-o", "loop", image, mount]);
  isMounted = true;
  for (const [name, content] of Object.entries({ large: LARGE, small: SMALL, plain: SMALL }))
    writeFileSync(join(mount, name), content);
  must(["sync"]);
  must([program("verity"), join(mount, "large"), "sha256"]);
  must([program("verity"), join(mount, "small"), "sha512"]);
  Bun.sleepSync(200); // the resolution of the times of change
}

describe.skipIf(!hasVerity)("with fs-verity", () => {
  test.each(["bpf", "ptrace"])(
    "a digest by %s is exact, and has that of fs-verity apart",
    (backend) => {
      mountImage();
      const options = [
        "--backend",
        backend,
        "--digest",
        "inputs",
        "-o",
        join(scratch, "run.trace"),
      ];
      const command = ["exec", "-q", ...options, "--", "cat", "large", "small", "plain"];
      const { status, stderr } = runTrace(command, { cwd: mount });
      expect([status, stderr]).toEqual([0, ""]);
      const shown = ["show", "run.trace", "--format", "ndjson", "--header"];
      const lines = runTrace(shown, { cwd: scratch }).stdout.toString().trim().split("\n");
      const digests = lines.flatMap(
        (line) => (JSON.parse(line) as { digest?: Digest }).digest ?? [],
      );
      const found = digests.map(({ path, state, sha256, verity }) => [path, state, sha256, verity]);
      const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");
      expect(found.sort()).toEqual([
        [join(mount, "large"), "exact", sha256(LARGE), verityOf(LARGE, "sha256")],
        [join(mount, "plain"), "exact", sha256(SMALL), undefined],
        [join(mount, "small"), "exact", sha256(SMALL), verityOf(SMALL, "sha512")],
      ] as never);
      const summary = runTrace(["summary", "run.trace"], { cwd: scratch }).stdout.toString();
      expect(summary).toContain(`sha256:${sha256(LARGE).slice(0, 16)}`);
      expect(summary).not.toContain(verityOf(LARGE, "sha256").slice(7, 23));
    },
  );
});

afterAll(() => {
  if (isMounted) must(["umount", mount]);
  rmSync(scratch, { recursive: true });
});
