/** Writes the man pages: bun src/build/manual/main.ts DIRECTORY */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../../package.json";
import { loadCommands } from "../../cli/program.ts";
import { run } from "../run.ts";
import { additions } from "./options.ts";
import { manPage, type PageName } from "./page.ts";

const DOCS = join(import.meta.dir, "../../../docs");

/** The pages that are not of a command. */
const OTHERS: Readonly<Record<string, PageName>> = {
  "formats.md": { name: "trace-formats", section: "5" },
  "record-format.md": { name: "trace-record-format", section: "5" },
  "flag-expressions.md": { name: "trace-flag-expressions", section: "7" },
  "watch.md": { name: "trace-watching", section: "7" },
  "cookbook.md": { name: "trace-cookbook", section: "7" },
};

/** Returns the man page that a file of docs/ becomes. */
export function pageOf(file: string): PageName | undefined {
  const command = file.match(/^(trace(?:-[a-z]+)?)\.md$/);
  return command ? { name: command[1], section: "1" } : OTHERS[file];
}

/** Returns the day of the last change: the result depends on the sources alone. */
function lastChange(): string {
  const seconds = process.env.SOURCE_DATE_EPOCH ?? run(["git", "log", "-1", "--format=%ct"]);
  return new Date(Number(seconds) * 1000).toISOString().slice(0, 10);
}

/** Returns the man pages by their file names. */
export async function manPages(date: string): Promise<Map<string, string>> {
  const commands = await loadCommands();
  const pages = new Map<string, string>();
  for (const file of readdirSync(DOCS).sort()) {
    const page = pageOf(file);
    if (!page) continue;
    const markdown = readFileSync(join(DOCS, file), "utf8");
    const command = commands[page.name.replace(/^trace-/, "")];
    const options = { ...page, date, version, pageOf };
    const added = command ? { additions: additions(command, markdown) } : {};
    const text = manPage(markdown, { ...options, ...added });
    pages.set(`${page.name}.${page.section}`, text);
  }
  return pages;
}

if (import.meta.main) {
  const [directory] = process.argv.slice(2);
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of await manPages(lastChange()))
    writeFileSync(join(directory, name), text);
}
