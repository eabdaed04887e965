/** Random programs of shell file operations: each step is shell text and its effect on the model. */
import type { Random } from "../../random.ts";
import { type Inode, ModelFs } from "./model-fs.ts";

export const START_FILES = ["a", "b", "d/e/f", "d/g", "d/h", "p/q/r", "p/s"];
export const START_LINKS = { l: "d/e", "p/up": "..", m: "p" };

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "t", "x", "y"];

export interface Program {
  readonly steps: readonly string[];
  readonly model: ModelFs;
}

/** One step: returns its shell text and applies it, or returns null where it cannot be done. */
type Step = (context: Context) => string | null;

class Context {
  readonly random: Random;
  readonly model: ModelFs;
  readonly cwd: Inode;

  constructor(random: Random, model: ModelFs, cwd: Inode) {
    this.random = random;
    this.model = model;
    this.cwd = cwd;
  }

  private directories(): [string, Inode][] {
    const all = [...this.model.paths()].filter(([, node]) => node.kind === "directory");
    return [["", this.model.root], ...all];
  }

  /** Some way to write the path of a directory, from the working directory. */
  private spell(directory: string): string {
    const { model, random } = this;
    const up = "../".repeat(model.pathOf(this.cwd).split("/").filter(Boolean).length);
    const ways = [`${up}${directory}`];
    for (const [path, node] of model.paths()) {
      if (node.kind !== "link") continue;
      const target = model.lookup(path, model.root, true)?.node;
      if (target && model.pathOf(target) === directory && target.kind === "directory")
        ways.push(`${up}${path}`);
    }
    const inside = directory.split("/").filter(Boolean);
    if (inside.length) ways.push(`${up}${directory}/../${inside.at(-1)}`);
    if (model.pathOf(this.cwd) === directory) ways.push(".");
    const way = random.pick(ways);
    return way === "" ? "." : way;
  }

  /** A path of an entry that fits, in some spelling. */
  existing(fits: (node: Inode) => boolean): { text: string; node: Inode } | null {
    const found = [...this.model.paths()].filter(([, node]) => fits(node));
    if (!found.length) return null;
    const [path, node] = this.random.pick(found);
    const slash = path.lastIndexOf("/");
    const directory = slash < 0 ? "" : path.slice(0, slash);
    return { text: `${this.spell(directory)}/${path.slice(slash + 1)}`, node };
  }

  /** A name in some directory, taken or not. */
  somewhere(): string {
    const [directory] = this.random.pick(this.directories());
    return `${this.spell(directory)}/${this.random.pick(NAMES)}`;
  }

  place(text: string, follow: boolean) {
    return this.model.lookup(text, this.cwd, follow);
  }
}

const isFile = (node: Inode) => node.kind === "file";

/** Whether a directory is the working directory, or has it below: it is not to be moved then. */
function holds(node: Inode, inner: Inode): boolean {
  if (node === inner) return true;
  return [...node.entries.values()].some((each) => each.kind === "directory" && holds(each, inner));
}

function write(context: Context, text: string, appends: boolean): boolean {
  const place = context.place(text, true);
  if (!place || (place.node && !isFile(place.node))) return false;
  const node = place.node ?? context.model.create(place, "file");
  node.written = true;
  void appends;
  return true;
}

const STEPS: readonly Step[] = [
  (context) => {
    const file = context.existing(isFile);
    if (!file) return null;
    context.model.readFile(file.node);
    return `cat ${file.text}`;
  },
  (context) => {
    const text = context.somewhere();
    return write(context, text, false) ? `echo new >${text}` : null;
  },
  (context) => {
    const text = context.somewhere();
    return write(context, text, true) ? `echo more >>${text}` : null;
  },
  (context) => {
    const file = context.existing(isFile);
    const text = context.somewhere();
    if (!file) return null;
    const to = context.place(text, true);
    if (!to || to.node === file.node || (to.node && !isFile(to.node))) return null;
    context.model.readFile(file.node);
    write(context, text, false);
    return `cat ${file.text} >${text}`;
  },
  (context) => {
    const from = context.existing(() => true);
    const text = context.somewhere();
    if (!from) return null;
    const [source, target] = [context.place(from.text, false), context.place(text, false)];
    if (!source?.node || !target || source.node === target.node) return null;
    if (target.node?.kind === "directory") return null;
    if (source.node.kind === "directory") {
      if (target.node || holds(source.node, context.cwd) || holds(source.node, target.parent))
        return null;
    }
    source.parent.entries.delete(source.name);
    target.parent.entries.set(target.name, source.node);
    return `mv -T ${from.text} ${text}`;
  },
  (context) => {
    const file = context.existing(isFile);
    const text = context.somewhere();
    const target = context.place(text, false);
    if (!file || !target || target.node) return null;
    target.parent.entries.set(target.name, file.node);
    return `ln ${file.text} ${text}`;
  },
  (context) => {
    const text = context.somewhere();
    const place = context.place(text, false);
    if (!place || place.node) return null;
    const target = context.random.pick(["..", "a", "d", "../p", "e", "."]);
    context.model.create(place, "link", target);
    return `ln -s ${target} ${text}`;
  },
  (context) => {
    const file = context.existing((node) => node.kind !== "directory");
    const place = file && context.place(file.text, false);
    if (!place?.node) return null;
    place.parent.entries.delete(place.name);
    return `rm ${file?.text}`;
  },
  (context) => {
    const text = context.somewhere();
    const place = context.place(text, false);
    if (!place || place.node) return null;
    context.model.create(place, "directory");
    return `mkdir ${text}`;
  },
  (context) => {
    const file = context.existing(isFile);
    if (!file) return null;
    const place = context.place(file.text, false);
    if (!place?.node) return null;
    context.model.readFile(file.node);
    context.model.create(place, "file");
    return `sed -i s/o/0/ ${file.text}`;
  },
  (context) => {
    const directory = context.existing(
      (node) => node.kind === "directory" && node.entries.size === 0,
    );
    const place = directory && context.place(directory.text, false);
    if (!place?.node || holds(place.node, context.cwd)) return null;
    place.parent.entries.delete(place.name);
    return `rmdir ${directory?.text}`;
  },
];

/** A program of so many steps, some of them in a subshell that works elsewhere. */
export function randomProgram(random: Random, length: number): Program {
  const model = new ModelFs(START_FILES, START_LINKS);
  const steps: string[] = [];
  while (steps.length < length) {
    const step = random.pick(STEPS);
    if (random.below(3) > 0) {
      const text = step(new Context(random, model, model.root));
      if (text !== null) steps.push(text);
      continue;
    }
    const directories = [...model.paths()].filter(([, node]) => node.kind === "directory");
    if (!directories.length) continue;
    const [path, node] = random.pick(directories);
    const text = step(new Context(random, model, node));
    if (text !== null) steps.push(`(cd ${path}; ${text})`);
  }
  return { steps, model };
}
