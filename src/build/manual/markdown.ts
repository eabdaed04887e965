/**
 * Reads the pages of docs/: GitHub's Markdown, and lists of terms, which GitHub shows as paragraphs:
 *
 *     **-o**, **--output** *FILE*
 *     : Output file.
 */
import type { Paragraph, PhrasingContent, Root } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmTable } from "micromark-extension-gfm-table";

export function parseMarkdown(text: string): Root {
  return fromMarkdown(text, {
    extensions: [gfmTable()],
    mdastExtensions: [gfmTableFromMarkdown()],
  });
}

/** An entry of a list of terms. */
export interface Definition {
  readonly term: readonly PhrasingContent[];
  readonly text: readonly PhrasingContent[];
}

/** Returns the entry that a paragraph is; null if it is only a paragraph. */
export function definitionOf({ children }: Paragraph): Definition | null {
  const at = children.findIndex((node) => node.type === "text" && /\n: /.test(node.value));
  const node = children[at];
  if (node?.type !== "text") return null;
  const [before, ...after] = node.value.split("\n: ");
  return {
    term: [...children.slice(0, at), { type: "text", value: before }],
    text: [{ type: "text", value: after.join("\n: ") }, ...children.slice(at + 1)],
  };
}

/** Returns the characters of nodes, without their markup. */
export function plainText(nodes: readonly PhrasingContent[]): string {
  return nodes
    .map((node) => {
      if ("children" in node) return plainText(node.children);
      return "value" in node ? node.value : "";
    })
    .join("");
}
