/** make test-reproducible compares whole releases. */
import { afterAll, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const OUTPUT = "build/trace.bpf.o";
const directory = mkdtempSync(join(tmpdir(), "trace-reproducible-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** Compiles in a copy of the sources; returns the output. */
async function compileIn(name: string): Promise<Buffer> {
  const tree = join(directory, name);
  mkdirSync(tree, { recursive: true });
  for (const source of ["Makefile", "bpf"]) cpSync(source, join(tree, source), { recursive: true });
  const make = Bun.spawn(["make", "-s", "-C", tree, OUTPUT], { stderr: "pipe" });
  if ((await make.exited) !== 0) throw new Error(await make.stderr.text());
  return readFileSync(join(tree, OUTPUT));
}

test("the eBPF object does not depend on the directory", async () => {
  const [one, other] = await Promise.all(["a", "another/directory"].map(compileIn));
  expect(one.equals(other)).toBeTrue();
});
