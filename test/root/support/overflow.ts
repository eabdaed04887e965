/**
 * Watches a directory as an ordinary user, creates so many files in it that the kernel's queue
 * overflows, and prints the events before and after: `bun overflow.ts DIRECTORY [ANOTHER]`.
 */
import { lineOf, watching } from "./watch-source.ts";

const [cwd, ...others] = process.argv.slice(2);

function shell(script: string): void {
  Bun.spawnSync(["sh", "-ec", script], { cwd, stdio: ["ignore", "ignore", "inherit"] });
}

using watch = watching([cwd, ...others], { types: new Set(["CREATE"]) });
shell("for i in $(seq 20000); do : > $i; done; mkdir -p late/sub");
const reported = watch.drained().map(({ type }) => type);
watch.drained();
shell("touch late/sub/file");
const after = watch.drained().map(lineOf);
console.log(JSON.stringify({ reported, after, losses: watch.source.losses() }));
