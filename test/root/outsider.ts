/**
 * Watches a directory and keeps an entry of it open until a byte arrives on standard input, then
 * closes it and prints the events: `bun outsider.ts DIRECTORY NAME`.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { lineOf, watching } from "./support/watch-source.ts";

const [directory, name] = process.argv.slice(2);

using watch = watching([directory], { types: new Set(["DELETE_SELF"]) });
const entry = openSync(join(directory, name), "r");
console.log("open");
readSync(0, Buffer.alloc(1));
closeSync(entry);
const reported = [...watch.drained(), ...watch.finished()];
console.log(JSON.stringify(reported.map((event) => `${lineOf(event)} ${event.pid}`)));
