/** Writes the files of generated/. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const DIRECTORY = join(import.meta.dir, "../../syscalls/generated");
const COLUMNS = 98;

/** Words in lines of a width that can be read. */
export function wrapWords(text: string): string {
  return text.replace(
    new RegExp(`(?=\\S)(.{1,${COLUMNS}})(?: |$)|(\\S+)(?: |$)`, "g"),
    (_, line, long) => `${line ?? long}\n`,
  );
}

/** `export const NAME = \`…\`;` with the text on lines of its own. */
export function templateConstant(name: string, comment: string, text: string): string {
  if (/[`\\$]/.test(text)) throw new Error(`${name} cannot be a template`);
  return `/** ${comment} */\nexport const ${name} = \`\n${text.trimEnd()}\n\`;\n`;
}

/**
 * @param file within generated/
 * @param what the first sentence of its comment
 * @param from what it was made from
 */
export function writeGenerated(file: string, what: string, from: string, body: string): void {
  const comment = [
    `${what}.`,
    "Made by src/syscalls/generate (`make tables`); what is changed here by hand is lost. From:",
    ...from.split("\n"),
  ];
  const head = `/**\n${comment.map((line) => ` * ${line}\n`).join("")} */\n`;
  writeFileSync(join(DIRECTORY, file), `${head}\n${body}`);
}
