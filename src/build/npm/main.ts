/** Writes the npm packages for this machine, from what make has built: bun src/build/npm/main.ts */
import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { packLibrary, packMachine } from "./packages.ts";

const output = resolve("dist/npm");
const work = resolve("build/npm");
const files = { trace: "trace", "native.so": "build/native.so" };

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
console.log(packLibrary(output, work));
console.log(packMachine({ name: process.arch, files }, output, work));
