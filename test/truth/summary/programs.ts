/** Random programs of shell file operations, and the smallest part of one that still fails. */
import type { Random } from "../../random.ts";
import type { Entry, Inode, ModelFs, Summary } from "./model-fs.ts";
import { startModel } from "./start-tree.ts";
import { atOf, OP_NAMES, type Role, Runner, rolesOf, type Step } from "./steps.ts";

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "t", "x", "y"];
const TARGETS = ["..", "a", "d", "../p", "e", ".", "/d", "/p/q", "../../d"];

/** Writes paths of what is in a model. */
class Speller {
  private readonly random: Random;
  private readonly model: ModelFs;
  private readonly cwd: Inode;

  constructor(random: Random, model: ModelFs, cwd: Inode) {
    this.random = random;
    this.model = model;
    this.cwd = cwd;
  }

  private directories(): [string, Inode][] {
    const all = [...this.model.paths()].filter(([, { node }]) => node.kind === "directory");
    return [
      ["", this.model.base],
      ...all.map(([path, { node }]) => [path, node] as [string, Inode]),
    ];
  }

  /** Some way to write the path of a directory, without a slash at its end. */
  private spell(path: string, node: Inode): string {
    const { model, random } = this;
    const depth = model.pathOf(this.cwd)?.split("/").filter(Boolean).length ?? 0;
    const from = random.below(8) === 0 ? "/" : "../".repeat(depth);
    const ways = [path, path];
    for (const [link, entry] of model.paths()) {
      if (entry.node.kind !== "link") continue;
      if (this.leadsTo(model.base, link) === node) ways.push(link);
    }
    // Through a symbolic link, ".." leads elsewhere than its text says.
    for (const [name, { node: inner }] of node.entries)
      if (inner.kind !== "file" && this.leadsTo(node, `${name}/..`) === node)
        ways.push(path === "" ? `${name}/..` : `${path}/${name}/..`);
    if (node === this.cwd && random.below(3) > 0) return ".";
    const way = `${from}${random.pick(ways)}`;
    if (way === "/") return way;
    return way.replace(/\/$/, "") || ".";
  }

  private leadsTo(from: Inode, path: string): Inode | undefined {
    return this.model.lookup({ from, path }, true)?.entry?.node;
  }

  private entry(fits: (entry: Entry) => boolean): string | null {
    const found = [...this.model.paths()].filter(([, entry]) => fits(entry));
    if (!found.length) return null;
    const [path] = this.random.pick(found);
    const slash = path.lastIndexOf("/");
    const directory = slash < 0 ? "" : path.slice(0, slash);
    const node = this.model.lookup({ from: this.model.base, path: directory || "." }, true)?.entry;
    return node ? this.in(this.spell(directory, node.node), path.slice(slash + 1)) : null;
  }

  private in(directory: string, name: string): string {
    if (directory === "." && this.random.below(2)) return name;
    return directory === "/" ? `/${name}` : `${directory}/${name}`;
  }

  argument(role: Role): string | null {
    const { random } = this;
    if (role === "target") return random.pick(TARGETS);
    if (role === "entry") return this.entry(() => true);
    if (role === "file")
      return this.entry(
        ({ node }) => node.kind === "file" || (node.kind === "link" && random.below(2) === 0),
      );
    const [path, node] = random.pick(this.directories());
    const directory = this.spell(path, node);
    if (role === "directory") return directory;
    return this.in(directory, random.pick(NAMES));
  }
}

/** A program of so many steps, some of them in a subshell that works elsewhere. */
export function randomProgram(random: Random, length: number, basePath: string): Step[] {
  const steps: Step[] = [];
  let runner = new Runner(startModel(basePath));
  let group = 0;
  let place = { group: 0, cd: "" };
  let left = 0;
  while (steps.length < length) {
    if (left-- <= 0) {
      const inSubshell = random.below(3) === 0;
      place = inSubshell
        ? { group: ++group, cd: subshellDirectory(random, runner.model) }
        : { group: 0, cd: "" };
      left = inSubshell ? random.below(4) : 0;
    }
    const cwd = runner.enter(place);
    if (!cwd || runner.model.pathOf(cwd) === null) {
      left = 0;
      continue;
    }
    const op = random.pick(OP_NAMES);
    const speller = new Speller(random, runner.model, cwd);
    const args = rolesOf(op).map((role) => speller.argument(role));
    const { changes } = runner.model;
    const step = { op, args: args as string[], ...place };
    if (!args.includes(null) && runner.apply(step)) steps.push(step);
    else if (runner.model.changes !== changes) runner = replay(steps, basePath) as Runner;
  }
  return steps;
}

function subshellDirectory(random: Random, model: ModelFs): string {
  const found = [...model.paths()].filter(
    ([path]) => model.lookup(atOf(model, model.base, path), true)?.entry?.node.kind === "directory",
  );
  return found.length ? random.pick(found)[0] : ".";
}

/** Runs steps on a new model; null if one of them fails. */
export function replay(steps: readonly Step[], basePath: string): Runner | null {
  const runner = new Runner(startModel(basePath));
  return steps.every((step) => runner.apply(step)) ? runner : null;
}

/** Returns what a summary of the program has to say. */
export function expectedOf(steps: readonly Step[], basePath: string): Summary | null {
  return replay(steps, basePath)?.model.expected() ?? null;
}

/**
 * Removes steps as long as the rest still fails: delta debugging, which tries many subsets at once.
 * @param failing returns which of some programs fail
 */
export async function shrink<T>(
  steps: readonly T[],
  failing: (programs: readonly (readonly T[])[]) => Promise<readonly boolean[]>,
): Promise<readonly T[]> {
  let current = steps;
  for (let size = steps.length >> 1; size >= 1; ) {
    const candidates: (readonly T[])[] = [];
    for (let at = 0; at < current.length; at += size)
      candidates.push([...current.slice(0, at), ...current.slice(at + size)]);
    const found = (await failing(candidates)).indexOf(true);
    if (found >= 0) current = candidates[found];
    else if (size === 1) break;
    else size >>= 1;
    size = Math.min(size, current.length - 1);
  }
  return current;
}
