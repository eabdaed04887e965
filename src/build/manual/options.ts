/** What the table of options adds to the man page of a command, and what docs/ says of options. */
import type { ArgsDef } from "citty";
import type { Command } from "../../cli/command.ts";
import { optionDescription } from "../../cli/help/command-help.ts";
import { GLOBAL_OPTIONS } from "../../cli/options/global.ts";
import {
  type OptionDef,
  type OptionTable,
  shownSpellings,
  spellingsOf,
} from "../../cli/options/values.ts";
import { definitionOf, parseMarkdown, plainText } from "./markdown.ts";
import { inlineLiteral, prose } from "./roff.ts";

/** An entry of the section OPTIONS. */
export interface DocumentedOption {
  /** `-q`, `--quiet`; without those of a repeated letter such as `-qq`. */
  readonly spellings: readonly string[];
  /** The spellings and the value: `-o, --output FILE|-`. */
  readonly term: string;
  readonly text: string;
}

/** Returns the entries of the section OPTIONS of a page. */
export function documentedOptions(markdown: string): DocumentedOption[] {
  const options: DocumentedOption[] = [];
  let section = "";
  for (const node of parseMarkdown(markdown).children) {
    if (node.type === "heading") section = plainText(node.children);
    const definition =
      section === "OPTIONS" && node.type === "paragraph" ? definitionOf(node) : null;
    if (!definition) continue;
    const bold = definition.term.flatMap((each) =>
      each.type === "strong" ? [plainText(each.children)] : [],
    );
    options.push({
      spellings: bold.filter((word) => /^--?[A-Za-z]/.test(word) && !isRepeatedLetter(word)),
      term: plainText(definition.term).replace(/-(\w)\1+, |, -(\w)\2+(?=,|$)/g, ""),
      text: plainText(definition.text),
    });
  }
  return options;
}

const isRepeatedLetter = (word: string) => /^-(\w)\1+$/.test(word);

/** Returns what the term of an option is, as docs/ writes it. */
export function termOf(name: string, arg: OptionDef): string {
  const { valueHint = "" } = arg;
  const value = valueHint === "" || valueHint.startsWith("[=") ? valueHint : ` ${valueHint}`;
  return shownSpellings(name, arg).join(", ") + value;
}

const tableOf = ({ definition }: Command) => definition.args as ArgsDef as OptionTable;

/** Returns all options of a command. */
export function optionTable(command: Command): OptionTable {
  return { ...tableOf(command), ...GLOBAL_OPTIONS };
}

function entry(spellings: readonly string[], value: string, text: string): string[] {
  const bold = spellings.map((spelling) => `\\fB${inlineLiteral(spelling)}\\fR`).join(", ");
  const space = value === "" || value.startsWith("[") ? "" : " ";
  return [".TP", `${bold}${space}${value && `\\fI${prose(value)}\\fR`}`, prose(text)];
}

const asSentence = (text: string) => `${text[0].toUpperCase()}${text.slice(1)}.`;

/** Returns the lines of roff that follow the options that docs/ describes. */
function optionLines(command: Command, markdown: string): string[] {
  const documented = new Set(documentedOptions(markdown).flatMap(({ spellings }) => spellings));
  const options = Object.entries(optionTable(command));
  const others = options.filter(
    ([name, arg]) => !shownSpellings(name, arg).some((spelling) => documented.has(spelling)),
  );
  const line = ([name, arg]: [string, OptionDef]) =>
    entry(shownSpellings(name, arg), arg.valueHint ?? "", asSentence(optionDescription(arg)));
  const shown = others.filter(([, { hidden }]) => !hidden).flatMap(line);
  const hidden = others.filter(([, arg]) => arg.hidden).flatMap(line);
  return [...shown, ...compatibility(hidden, options)];
}

/** Returns the section about what is accepted for users of other programs. */
function compatibility(
  hidden: readonly string[],
  options: readonly (readonly [string, OptionDef])[],
): string[] {
  const spellings = options.flatMap(([name, arg]) => {
    const shown = shownSpellings(name, arg);
    const others = spellingsOf(name, arg).filter((each) => !shown.includes(each));
    return others.length ? entry(others, "", `The same as ${shown.at(-1)}.`) : [];
  });
  if (hidden.length + spellings.length === 0) return [];
  return [
    '.SS "Accepted for users of other programs"',
    "\\-\\-help names them only, and completions do not offer them.",
    ...[...hidden, ...spellings],
  ];
}

function columnLines({ columns }: Command): string[] {
  if (!columns) return [];
  const defaults = new Set(columns.defaults.map(({ name }) => name));
  const rows = columns.all.flatMap(({ name, about = "" }) =>
    entry([name], "", `${about}${defaults.has(name) ? " (default)" : ""}`),
  );
  return ['.SS "List of columns"', "The text format has its own layout.", ...rows];
}

/** Returns the lines of roff that the table of options adds to the end of a section. */
export function additions(command: Command, markdown: string) {
  return (section: string): readonly string[] => {
    if (section === "OPTIONS") return optionLines(command, markdown);
    return section === "COLUMNS" ? columnLines(command) : [];
  };
}
