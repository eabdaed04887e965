/**
 * A lock file: which accesses are declared. Text, one entry a line, in sections; what people add to
 * it, comments and the order of lines, is kept when entries are added. Texts are latin1.
 */

import { TraceError } from "../errors.ts";
import { PatternError } from "../filters/glob.ts";
import { withCaret } from "../text/caret.ts";
import { nearest } from "../text/did-you-mean.ts";
import { decodeLatin1, encodeLatin1 } from "../text/latin1.ts";
import { surrogateEscape } from "../text/surrogate-escape.ts";
import { Entry, formatEntry, parseEntryLine } from "./entry.ts";
import { GROUP_NAMES } from "./places.ts";
import { SECTIONS, type Section } from "./sections.ts";

export const LOCK_FORMAT = 1;

/** A lock file is faulty. The message has the line and a caret below it. */
export class LockSyntaxError extends TraceError {
  override readonly name = "LockSyntaxError";
  override readonly code = "LOCK_SYNTAX";

  /** @param at index in the line, which is latin1 */
  constructor(message: string, line: number, text: string, at: number) {
    const before = surrogateEscape(text.slice(0, at)).length;
    super(`line ${line}: ${withCaret(message, surrogateEscape(text), before)}`);
  }
}

/** A line as it is in the file. */
interface Line {
  readonly text: string;
  readonly section: Section | null;
  readonly entry: Entry | null;
}

/** What a lock allows, by section. */
export type Entries = Readonly<Record<Section, readonly Entry[]>>;

/** Returns an object with a value for each section. */
export function bySection<T>(value: (section: Section) => T): Record<Section, T> {
  return Object.fromEntries(SECTIONS.map((section) => [section, value(section)])) as never;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export class LockFile {
  private lines: Line[];

  private constructor(lines: Line[]) {
    this.lines = lines;
  }

  /** @throws LockSyntaxError */
  static parse(bytes: Uint8Array): LockFile {
    return new LockFile(new Parser(decodeLatin1(bytes)).lines);
  }

  /** Returns a file without entries. */
  static empty(): LockFile {
    const header = [`format ${LOCK_FORMAT}`];
    const lines: Line[] = header.map((text) => ({ text, section: null, entry: null }));
    for (const section of SECTIONS)
      lines.push(
        { text: "", section: null, entry: null },
        { text: `[${section}]`, section, entry: null },
      );
    return new LockFile(lines);
  }

  get entries(): Entries {
    const found = bySection<Entry[]>(() => []);
    for (const { section, entry } of this.lines) if (section && entry) found[section].push(entry);
    return found;
  }

  /** Returns the line of each section's heading, from 1. */
  get headings(): Readonly<Partial<Record<Section, number>>> {
    const headings: Partial<Record<Section, number>> = {};
    for (const [index, { section }] of this.lines.entries())
      if (section) headings[section] ??= index + 1;
    return headings;
  }

  /** Adds entries that are not there, each where it belongs by its text. @returns their number */
  add(section: Section, texts: Iterable<string>): number {
    const known = new Set(this.entries[section].map(({ text }) => text));
    let added = 0;
    for (const text of texts) {
      if (known.has(text)) continue;
      known.add(text);
      const line = { text: formatEntry(text), section, entry: new Entry(text) };
      this.lines.splice(this.placeOf(section, text), 0, line);
      added++;
    }
    return added;
  }

  /** Removes the entries that are not among these; comments stay. */
  retain(section: Section, texts: ReadonlySet<string>): void {
    this.lines = this.lines.filter(
      ({ section: own, entry }) => own !== section || !entry || texts.has(entry.text),
    );
  }

  /** Returns where an entry is inserted: after the last one before it. */
  private placeOf(section: Section, text: string): number {
    const { lines } = this;
    let place = -1;
    for (const [index, line] of lines.entries()) {
      if (line.section !== section) continue;
      if (place < 0) place = this.afterHeading(index);
      if (line.entry && compare(line.entry.text, text) < 0) place = index + 1;
    }
    if (place >= 0) return place;
    this.addSection(section);
    return this.placeOf(section, text);
  }

  /** Comments that follow a heading, up to an empty line, are of the section, not of its first entry. */
  private afterHeading(heading: number): number {
    const { lines } = this;
    let end = heading + 1;
    while (lines[end]?.text.trimStart().startsWith("#")) end++;
    const isBlank = end > heading + 1 && lines[end]?.text.trim() === "" && lines[end]?.section;
    return isBlank && lines[end + 1]?.section === lines[heading].section ? end + 1 : heading + 1;
  }

  private addSection(section: Section): void {
    const { lines } = this;
    const later = SECTIONS.slice(SECTIONS.indexOf(section) + 1);
    const before = lines.findIndex((line) => line.section && later.includes(line.section));
    const heading: Line[] = [
      { text: `[${section}]`, section, entry: null },
      { text: "", section, entry: null },
    ];
    if (before >= 0) lines.splice(before, 0, ...heading);
    else {
      if (lines.at(-1)?.text !== "") lines.push({ text: "", section: null, entry: null });
      lines.push(heading[0]);
    }
  }

  /** Sets the command that the header names. @param command as it is quoted for a shell; latin1 */
  setCommand(command: string): void {
    const isCommand = ({ text, section }: Line) => !section && /^command\s/.test(text);
    const at = this.lines.findIndex(isCommand);
    const line = { text: commandLine(command), section: null, entry: null };
    if (at >= 0) this.lines[at] = line;
    else
      this.lines.splice(this.lines.findIndex(({ text }) => text.startsWith("format")) + 1, 0, line);
  }

  /** Returns the file; an empty section has only its heading. */
  format(): Uint8Array {
    return encodeLatin1(this.lines.map(({ text }) => `${text}\n`).join(""));
  }
}

function commandLine(command: string): string {
  return `command ${formatEntry(command)}`;
}

const HEADING = /^\[\s*(.*?)\s*\]\s*(?:#.*)?$/s;

/** Reads the lines of a file. */
class Parser {
  readonly lines: Line[] = [];
  private section: Section | null = null;
  private hasFormat = false;
  private number = 0;

  constructor(text: string) {
    const lines = text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    for (const line of lines) this.add(line.endsWith("\r") ? line.slice(0, -1) : line);
    if (!this.hasFormat)
      this.fail(`expected "format ${LOCK_FORMAT}": this is no lock file`, "", 0, 1);
  }

  private fail(message: string, text: string, at: number, line = this.number): never {
    throw new LockSyntaxError(message, line, text, at);
  }

  private add(text: string): void {
    this.number++;
    const content = text.trim();
    if (content === "" || content.startsWith("#")) this.push(text, null);
    else if (content.startsWith("[")) this.heading(text, content);
    else if (this.section === null) this.header(text, content);
    else this.push(text, this.entry(text, content));
  }

  private push(text: string, entry: Entry | null): void {
    this.lines.push({ text, section: this.section, entry });
  }

  private header(text: string, content: string): void {
    const [word, ...rest] = content.split(/\s+/);
    if (word === "format") {
      if (rest.length !== 1 || rest[0] !== String(LOCK_FORMAT))
        this.fail(
          `no such format; this trace reads format ${LOCK_FORMAT}`,
          text,
          text.indexOf(word),
        );
      this.hasFormat = true;
    } else if (!this.hasFormat)
      this.fail(`expected "format ${LOCK_FORMAT}": this is no lock file`, text, text.indexOf(word));
    else if (word !== "command")
      this.fail("expected a section, such as [reads]", text, text.indexOf(word));
    this.push(text, null);
  }

  private heading(text: string, content: string): void {
    const at = text.indexOf("[");
    if (!this.hasFormat) this.fail(`expected "format ${LOCK_FORMAT}" before`, text, at);
    const name = content.match(HEADING)?.[1];
    if (name === undefined) this.fail("] is missing; quote a name that begins with [", text, at);
    if (!SECTIONS.includes(name as Section)) {
      const near = nearest(name, SECTIONS) ?? SECTIONS.join(", ");
      this.fail(`no such section; did you mean ${near}?`, text, at + 1);
    }
    this.section = name as Section;
    this.push(text, null);
  }

  private entry(text: string, content: string): Entry {
    const start = text.indexOf(content);
    const parsed = parseEntryLine(content);
    if ("message" in parsed) this.fail(parsed.message, text, start + parsed.at);
    try {
      const entry = new Entry(parsed.text, this.number);
      if (entry.scope === "system:") this.checkGroup(entry, text, start);
      return entry;
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      const [message, , caret = ""] = error.message.split("\n");
      // The error shows the part after the scope.
      const shift = parsed.text.length - parsed.text.slice(new Scope(parsed.text).length).length;
      this.fail(message, text, start + shift + Math.max(caret.length - 3, 0));
    }
  }

  private checkGroup({ literal }: Entry, text: string, start: number): void {
    if (literal === null || GROUP_NAMES.includes(literal)) return;
    const near = nearest(literal, GROUP_NAMES);
    const known = near ? `did you mean ${near}?` : `known: ${GROUP_NAMES.join(", ")}`;
    this.fail(`no such group; ${known}`, text, start + "system:".length);
  }
}

/** The length of an entry's scope. */
class Scope {
  readonly length: number;

  constructor(text: string) {
    this.length = text.match(/^(?:[a-z]+:|\/|\.\/|(?:\.\.\/)+)?/)?.[0].length ?? 0;
  }
}
