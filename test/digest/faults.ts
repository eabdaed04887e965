/**
 * Changes files at every moment between an open and the end of its digest: test/programs/changefiles.c.
 * No digest that is exact may be wrong.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FileDigest } from "../../src/events/file-digest.ts";
import { TRACE, temporaryDirectory } from "../root/support/harness.ts";
import { program } from "../root/support/programs.ts";

const sha256 = (content: string | Uint8Array) =>
  new Bun.CryptoHasher("sha256").update(content).digest("hex");

/** Mostly small files; a large one is read for a while. */
const sizeOf = (i: number) =>
  (i % 50 === 0 ? 8 << 20 : i % 7 === 0 ? 300_000 : (i * 37) % 9000) + 1;

export interface Faults {
  /** States of the inputs, and how many had each. */
  readonly states: Readonly<Record<string, number>>;
  /** Digests that are exact and wrong. */
  readonly wrong: readonly string[];
}

/**
 * @param count number of files that are changed; ten more are changed through a mapping all the time
 * @param within the directory in which to work
 */
export async function changeFiles(
  backend: string,
  count: number,
  seed: number,
  maxMicroseconds: number,
  within?: string,
): Promise<Faults> {
  using temporary = temporaryDirectory();
  const cwd = join(within ?? temporary.path, `files-${backend}-${seed}`);
  mkdirSync(cwd);
  const contents = new Map<string, string>();
  for (let i = 0; i < count + 10; i++) {
    const content = Buffer.alloc(sizeOf(i), `${seed} ${i} `);
    writeFileSync(join(cwd, `f${i}`), content);
    contents.set(join(cwd, `f${i}`), sha256(content));
  }
  const args = ["hold", cwd, String(count), String(count + 10), String(seed)];
  const holder = Bun.spawn([program("changefiles"), ...args], { stdin: "pipe", stdout: "pipe" });
  await holder.stdout.getReader().read();
  // Younger files could have been changed after their open, for all that their times say.
  Bun.sleepSync(60);
  const held = Array.from({ length: 10 }, (_, i) => `f${count + i}`).join(" ");
  const change = ["run", cwd, count, seed, maxMicroseconds].join(" ");
  const script = `cat ${held} >/dev/null; ${program("changefiles")} ${change}`;
  const options = ["--digest", "all", "--backend", backend, "--format", "ndjson", "--header", "-q"];
  const command = [TRACE, "exec", ...options, "-o", "../run.ndjson", "--", "sh", "-c", script];
  const traced = Bun.spawn(command, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  const stderr = await new Response(traced.stderr).text();
  const status = await traced.exited;
  holder.stdin.end();
  await holder.exited;
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
  const digests = readFileSync(join(cwd, "../run.ndjson"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith('{"digest"'))
    .map((line) => (JSON.parse(line) as { digest: FileDigest }).digest);
  return judge(digests, contents, count);
}

function judge(
  digests: readonly FileDigest[],
  contents: ReadonlyMap<string, string>,
  count: number,
): Faults {
  const states: Record<string, number> = {};
  const wrong: string[] = [];
  for (const digest of digests) {
    const { role, path, state } = digest;
    const key = `${role} ${state}`;
    states[key] = (states[key] ?? 0) + 1;
    if (state !== "exact") continue;
    const isRight =
      role === "input"
        ? digest.sha256 === contents.get(path) && Number(/\d+$/.exec(path)?.[0]) < count
        : isOutput(digest);
    if (!isRight) wrong.push(`${role} ${path} ${JSON.stringify(digest)}`);
  }
  return { states, wrong };
}

/** Whether an output is as its digest says. One that was changed later cannot be compared. */
function isOutput({ path, sha256: digest, stamp }: FileDigest): boolean {
  const { ctimeNs } = statSync(path, { bigint: true });
  const ctime = `${ctimeNs / 1_000_000_000n}.${String(ctimeNs % 1_000_000_000n).padStart(9, "0")}`;
  return ctime !== stamp?.ctime || sha256(readFileSync(path)) === digest;
}

if (import.meta.main) {
  const [count = "10000", seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
  let failed = 0;
  // Files of a run are in one directory; several runs need less room.
  for (const [backend, files] of [
    ["bpf", Number(count)],
    ["ptrace", Math.ceil(Number(count) / 5)],
  ] as const)
    for (let done = 0; done < files; done += 1000) {
      const n = Math.min(1000, files - done);
      const { states, wrong } = await changeFiles(backend, n, Number(seed) + done, 60_000);
      console.log(`${backend}, seed ${Number(seed) + done}: ${JSON.stringify(states)}`);
      for (const each of wrong) console.log(`WRONG: ${each}`);
      failed += wrong.length;
    }
  console.log(`${failed} wrong digests`);
  process.exit(failed ? 1 : 0);
}
