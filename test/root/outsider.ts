/**
 * Watches a directory and holds something in it open, lets go of it when a byte comes in, and
 * prints what is told of it: `bun outsider.ts DIRECTORY NAME`.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { lineOf, watching } from "./support/watch-source.ts";

const [directory, name] = process.argv.slice(2);

using watch = watching([directory], { types: new Set(["DELETE_SELF"]) });
const held = openSync(join(directory, name), "r");
console.log("held");
readSync(0, Buffer.alloc(1));
closeSync(held);
const told = [...watch.drained(), ...watch.drained()];
console.log(JSON.stringify(told.map((event) => `${lineOf(event)} ${event.pid}`)));
