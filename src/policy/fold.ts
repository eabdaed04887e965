/**
 * Folds many entries of a directory into a glob. The directories of `isRoot` are never folded, and a
 * glob does not cover secrets.
 */

/** An entry that may be folded, with the path that it stands for. */
export interface Foldable {
  /** As a glob: scope and components. */
  readonly text: string;
  /** The absolute path, which has as many components at its end. */
  readonly path: string;
}

/** A directory with more entries than this is folded. */
export const MAX_ENTRIES = 10;

export interface FoldRules {
  /** Whether a directory is never folded. */
  isRoot(path: string): boolean;
  /** Whether a directory is folded however few entries it has: the run created it, for example. */
  isOwn(text: string): boolean;
}

interface Node {
  readonly text: string;
  readonly path: string;
  readonly children: Map<string, Node>;
  isEntry: boolean;
}

const SCOPE_END = /^(?:[a-z]+:|\/|(?:\.\.\/)+|\.\/)?/;

/** Returns the entries, sorted, each once. */
export function fold(entries: Iterable<Foldable>, rules: FoldRules): string[] {
  const roots = new Map<string, Node>();
  for (const entry of entries) insert(roots, entry);
  const texts = [...roots.values()].flatMap((root) => linesOf(root, rules));
  return [...new Set(texts)].sort();
}

function insert(roots: Map<string, Node>, { text, path }: Foldable): void {
  const [scope] = text.match(SCOPE_END) as RegExpMatchArray;
  const parts = text.slice(scope.length).split("/");
  const names = path.split("/");
  const pathAt = (length: number) =>
    names.slice(0, Math.max(names.length - parts.length + length, 1)).join("/") || "/";
  let children = roots;
  let prefix = "";
  let node: Node = child(roots, scope, scope, pathAt(0));
  children = node.children;
  for (const [index, part] of parts.entries()) {
    const own = index === 0 ? scope + part : `${prefix}/${part}`;
    node = child(children, part, own, pathAt(index + 1));
    children = node.children;
    prefix = own;
  }
  node.isEntry = true;
}

function child(children: Map<string, Node>, key: string, text: string, path: string): Node {
  let node = children.get(key);
  if (!node) {
    node = { text, path, children: new Map(), isEntry: false };
    children.set(key, node);
  }
  return node;
}

function linesOf(node: Node, rules: FoldRules): string[] {
  const below = [...node.children.values()].flatMap((each) => linesOf(each, rules));
  const own = node.isEntry ? [node.text] : [];
  if (below.length === 0) return own;
  const isScope = /(?:^|[:/])$/.test(node.text);
  const isFolded = rules.isOwn(node.text) || below.length > MAX_ENTRIES;
  if (isScope || !isFolded || rules.isRoot(node.path)) return [...own, ...below];
  return [...own, `${node.text}/*`];
}
