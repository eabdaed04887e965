/** Turns a page of docs/ into a man(7) page. groff_man_style(7). */
import type { List, PhrasingContent, RootContent, Table } from "mdast";
import { definitionOf, parseMarkdown, plainText } from "./markdown.ts";
import { inlineLiteral, literal, prose, quoted, textLine } from "./roff.ts";

export interface PageName {
  readonly name: string;
  readonly section: string;
}

export interface PageOptions extends PageName {
  /** Of the last change, YYYY-MM-DD. */
  readonly date: string;
  readonly version: string;
  /** Returns the page that a file of docs/ becomes. */
  readonly pageOf: (file: string) => PageName | undefined;
  /** Returns lines of roff to add to the end of a section. */
  readonly additions?: (section: string) => readonly string[];
}

type Font = "R" | "B" | "I";

/** Returns a man page. @param markdown a page of docs/ */
export function manPage(markdown: string, options: PageOptions): string {
  const page = new Page(options);
  page.add(parseMarkdown(markdown).children);
  return page.text();
}

class Page {
  private readonly lines: string[] = [];
  private readonly options: PageOptions;
  private section = "";

  constructor(options: PageOptions) {
    this.options = options;
    const { name, section, date, version } = options;
    const title = [literal(name.toUpperCase()), section, date, `trace ${version}`, "User Commands"];
    this.lines.push(`.TH ${title.map(quoted).join(" ")}`);
  }

  text(): string {
    return `${this.lines.join("\n")}\n`;
  }

  add(nodes: readonly RootContent[]): void {
    for (const [at, node] of nodes.entries()) this.addBlock(node, nodes[at - 1]);
    this.endSection();
  }

  private endSection(): void {
    this.lines.push(...(this.options.additions?.(this.section) ?? []));
  }

  private addBlock(node: RootContent, previous: RootContent | undefined): void {
    const followsHeading = previous?.type === "heading";
    if (node.type === "heading") this.addHeading(node.depth, node.children);
    else if (node.type === "paragraph") {
      const definition = definitionOf(node);
      if (definition) this.addTerm(this.inline(definition.term), [this.inline(definition.text)]);
      else {
        if (!followsHeading) this.lines.push(".PP");
        const text = this.inline(node.children);
        this.addText(this.section === "NAME" ? nameLine(text) : text);
      }
    } else if (node.type === "code") this.addCode(node.value, followsHeading);
    else if (node.type === "list") this.addList(node);
    else if (node.type === "table") this.addTable(node);
    else throw new Error(`${this.options.name}: cannot write ${node.type}`);
  }

  private addHeading(depth: number, children: readonly PhrasingContent[]): void {
    const title = plainText(children);
    if (depth === 1) {
      if (!/\(\d\)$/.test(title)) this.addName(title);
      return;
    }
    if (depth === 2) {
      this.endSection();
      this.section = title.toUpperCase();
      this.lines.push(`.SH ${quoted(prose(this.section))}`);
    } else this.lines.push(`.SS ${quoted(prose(title))}`);
  }

  /** Begins a page that is not one of a command. */
  private addName(title: string): void {
    const about = title[0].toLowerCase() + title.slice(1);
    this.lines.push(".SH NAME", `${prose(this.options.name)} \\- ${prose(about)}`);
    this.section = "DESCRIPTION";
    this.lines.push(".SH DESCRIPTION");
  }

  private addText(text: string): void {
    this.lines.push(...text.split("\n").map(textLine));
  }

  private addTerm(term: string, texts: readonly string[]): void {
    this.lines.push(".TP");
    this.addText(term);
    for (const [at, text] of texts.entries()) {
      if (at > 0) this.lines.push(".br");
      this.addText(text);
    }
  }

  private addCode(code: string, followsHeading: boolean): void {
    if (!followsHeading) this.lines.push(".PP");
    this.lines.push(".RS 4", ".EX");
    this.addText(literal(code));
    this.lines.push(".EE", ".RE");
  }

  private addList({ ordered, start, children }: List): void {
    for (const [at, item] of children.entries()) {
      const mark = ordered ? `${(start ?? 1) + at}.` : "\\(bu";
      this.lines.push(`.IP ${mark} 4`);
      for (const [index, node] of item.children.entries()) {
        if (node.type !== "paragraph") throw new Error("a list has paragraphs only");
        if (index > 0) this.lines.push(".IP");
        this.addText(this.inline(node.children));
      }
    }
  }

  /**
   * Adds a row as a term, which is the first cell, and its text: a table does not fit if the terminal
   * is narrow. Lines for the third and further cells begin with the heading.
   */
  private addTable({ children: [heading, ...rows] }: Table): void {
    const headings = heading.children.map(({ children }) => this.inline(children, "I"));
    for (const { children } of rows) {
      const [term, text, ...others] = children.map(({ children: cell }) => this.inline(cell));
      const more = others.map((cell, at) => cell && `\\fI${headings[at + 2]}\\fR: ${cell}`);
      this.addTerm(term, [text, ...more].filter(Boolean));
    }
  }

  private inline(nodes: readonly PhrasingContent[], font: Font = "R"): string {
    return nodes.map((node) => this.inlineNode(node, font)).join("");
  }

  private inlineNode(node: PhrasingContent, font: Font): string {
    switch (node.type) {
      case "text":
        return prose(node.value);
      case "strong":
        return inFont("B", font, this.inline(node.children, "B"));
      case "emphasis":
        return inFont("I", font, this.inline(node.children, "I"));
      case "inlineCode":
        return inFont("B", font, inlineLiteral(node.value));
      case "link":
        return this.link(node.url, node.children, font);
      default:
        throw new Error(`${this.options.name}: cannot write ${node.type}`);
    }
  }

  private link(url: string, children: readonly PhrasingContent[], font: Font): string {
    const text = this.inline(children, font);
    if (/^https?:/.test(url)) return `${text} <${inFont("I", font, literal(url))}>`;
    const [file] = url.split("#");
    const page = this.options.pageOf(file);
    if (!page || page.name === this.options.name) return text;
    const reference = `${inFont("B", font, inlineLiteral(page.name))}(${page.section})`;
    const words = plainText(children)
      .replace(/\(\d\)$/, "")
      .replaceAll(" ", "-");
    return page.name.endsWith(words.toLowerCase()) ? reference : `${text}, see ${reference}`;
  }
}

/** Marks the dash between the name and the description, which apropos(1) looks for. */
const nameLine = (text: string) => text.replace(" - ", " \\- ");

const inFont = (font: Font, outer: Font, text: string) => `\\f${font}${text}\\f${outer}`;
