/** Writes the completions of all shells: bun src/build/completions.ts DIRECTORY */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMPLETIONS } from "../cli/completions/index.ts";
import { loadCommands } from "../cli/program.ts";

const [directory] = process.argv.slice(2);
const commands = await loadCommands();
mkdirSync(directory, { recursive: true });
for (const { file, script } of Object.values(COMPLETIONS))
  writeFileSync(join(directory, file), script(commands));
