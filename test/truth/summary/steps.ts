/** Shell commands that a random program is made of: the text of each, and its effect on a model. */
import { type At, type Entry, holds, type Inode, type ModelFs } from "./model-fs.ts";

/**
 * A command with its paths. A path that begins with "/" starts from the directory in which the
 * program runs; the program has its path in $W.
 */
export interface Step {
  readonly op: string;
  readonly args: readonly string[];
  /** Adjacent steps of one group run in one subshell; 0 for none. */
  readonly group: number;
  /** The directory of the subshell. */
  readonly cd: string;
}

/** What an argument is: an existing file or link to one, any existing name, a directory, any name. */
export type Role = "file" | "entry" | "directory" | "name" | "target";

interface Op {
  readonly roles: readonly Role[];
  readonly text: (...args: string[]) => string;
  /** Returns whether the command succeeds, as it does on Linux with GNU coreutils. */
  readonly apply: (fs: Shell, ...args: string[]) => boolean;
}

const READ = { reads: true, writes: false };
const WRITE = { reads: false, writes: true, creates: true };
const OVERWRITE = { ...WRITE, truncates: true };

/** The calls of commands, from a working directory. */
class Shell {
  readonly model: ModelFs;
  readonly cwd: Inode;

  constructor(model: ModelFs, cwd: Inode) {
    this.model = model;
    this.cwd = cwd;
  }

  at(path: string): At {
    return atOf(this.model, this.cwd, path);
  }

  find(path: string, follows = false): Entry | undefined {
    return this.model.lookup(this.at(path), follows)?.entry;
  }

  isFile(path: string): boolean {
    return this.find(path, true)?.node.kind === "file";
  }

  /** Whether nothing has this name, and it could be made. */
  isFree(path: string): boolean {
    const place = this.model.lookup(this.at(path), false);
    return !!place && place.parent.kind === "directory" && !place.entry;
  }

  /** Whether two paths name one entry; ln(1) refuses to make a link to itself then. */
  isSame(one: string, other: string): boolean {
    const [first, second] = [one, other].map((path) => this.model.lookup(this.at(path), false));
    return first?.parent === second?.parent && first?.name === second?.name;
  }

  read = (path: string) => this.model.open(this.at(path), READ);
  write = (path: string) => this.model.open(this.at(path), WRITE);
  overwrite = (path: string) => this.model.open(this.at(path), OVERWRITE);
  rename = (from: string, to: string) => this.model.rename(this.at(from), this.at(to));
  link = (from: string, to: string) => this.model.link(this.at(from), this.at(to));
  unlink = (path: string) => this.model.unlink(this.at(path));

  /** mv(1) without a directory as target. */
  move(from: string, to: string): boolean {
    const [source, target] = [this.find(from), this.find(to)];
    if (!source || source.node === target?.node || target?.node.kind === "directory") return false;
    if (target && source.node.kind === "directory") return false;
    return this.rename(from, to);
  }

  /** cp(1) without a directory as target: to another file, and not through a dangling link. */
  copy(from: string, to: string): boolean {
    const target = this.find(to, true);
    if (!this.isFile(from) || this.find(from, true)?.node === target?.node) return false;
    if (target ? target.node.kind !== "file" : !this.isFree(to)) return false;
    return this.read(from) && this.overwrite(to);
  }

  /** ln -f and ln -sf replace by a rename. */
  replaces(path: string): boolean {
    const target = this.find(path);
    return target ? target.node.kind !== "directory" : this.isFree(path);
  }

  removeTree(path: string): boolean {
    const entry = this.find(path);
    if (!entry) return false;
    if (entry.node.kind !== "directory") return this.unlink(path);
    return (
      [...entry.node.entries.keys()].every((name) => this.removeTree(`${path}/${name}`)) &&
      this.model.rmdir(this.at(path))
    );
  }

  /** cp -al: new directories, hard links for everything else. */
  linkTree(from: string, to: string): boolean {
    const entry = this.find(from);
    if (!entry) return false;
    if (entry.node.kind !== "directory") return this.link(from, to);
    return (
      this.model.make(this.at(to), "directory") &&
      [...entry.node.entries.keys()].every((name) =>
        this.linkTree(`${from}/${name}`, `${to}/${name}`),
      )
    );
  }
}

export function atOf(model: ModelFs, cwd: Inode, path: string): At {
  return path.startsWith("/")
    ? { from: model.base, path: path.replace(/^\/+/, "") || "." }
    : { from: cwd, path };
}

const directoryOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);

/** sed -i, editors: a new file with a name of its own takes the place of the file. */
function replaced(fs: Shell, path: string): boolean {
  const entry = fs.find(path);
  if (entry?.node.kind !== "file" || !fs.read(path)) return false;
  const fresh = `${directoryOf(path)}fresh`;
  return fs.overwrite(fresh) && fs.rename(fresh, path);
}

const OPS = {
  cat: {
    roles: ["file"],
    text: (file) => `cat ${file}`,
    apply: (fs, file) => fs.isFile(file) && fs.read(file),
  },
  "read by the shell": {
    roles: ["file"],
    text: (file) => `{ read -r line || :; } <${file}`,
    apply: (fs, file) => fs.isFile(file) && fs.read(file),
  },
  "write new": {
    roles: ["name"],
    text: (name) => `echo new >${name}`,
    apply: (fs, name) => fs.overwrite(name),
  },
  append: {
    roles: ["name"],
    text: (name) => `echo more >>${name}`,
    apply: (fs, name) => fs.write(name),
  },
  "read and write": {
    roles: ["name"],
    text: (name) => `echo more 3<>${name} >&3`,
    apply: (fs, name) => fs.model.open(fs.at(name), { ...WRITE, reads: true }),
  },
  truncate: {
    roles: ["name"],
    text: (name) => `truncate -s 3 ${name}`,
    apply: (fs, name) => fs.write(name),
  },
  tee: {
    roles: ["name"],
    text: (name) => `echo new | tee ${name}`,
    apply: (fs, name) => fs.overwrite(name),
  },
  "dd notrunc": {
    roles: ["name"],
    text: (name) => `echo new | dd of=${name} conv=notrunc status=none`,
    apply: (fs, name) => fs.write(name),
  },
  "cat to": {
    roles: ["file", "name"],
    text: (file, name) => `cat ${file} >${name}`,
    apply(fs, file, name) {
      const target = fs.find(name, true)?.node;
      if (!fs.isFile(file) || fs.find(file, true)?.node === target) return false;
      return fs.overwrite(name) && fs.read(file);
    },
  },
  cp: {
    roles: ["file", "name"],
    text: (file, name) => `cp -T ${file} ${name}`,
    apply: (fs, file, name) => fs.copy(file, name),
  },
  mv: {
    roles: ["entry", "name"],
    text: (from, to) => `mv -T ${from} ${to}`,
    apply: (fs, from, to) => fs.move(from, to),
  },
  "mv into": {
    roles: ["entry", "directory"],
    text: (from, to) => `mv ${from} ${to}/`,
    apply(fs, from, to) {
      if (fs.find(to, true)?.node.kind !== "directory") return false;
      return fs.move(from, `${to}/${from.slice(from.lastIndexOf("/") + 1)}`);
    },
  },
  ln: {
    roles: ["file", "name"],
    text: (file, name) => `ln ${file} ${name}`,
    apply: (fs, file, name) =>
      fs.find(file)?.node.kind === "file" && fs.isFree(name) && fs.link(file, name),
  },
  "ln -f": {
    roles: ["file", "name"],
    text: (file, name) => `ln -fT ${file} ${name}`,
    apply(fs, file, name) {
      const source = fs.find(file);
      if (source?.node.kind !== "file" || !fs.replaces(name)) return false;
      if (fs.find(name)?.node === source.node) return false;
      if (fs.isFree(name)) return fs.link(file, name);
      return (
        fs.link(file, `${directoryOf(name)}fresh`) && fs.rename(`${directoryOf(name)}fresh`, name)
      );
    },
  },
  "ln -s": {
    roles: ["target", "name"],
    text: (target, name) => `ln -s ${target} ${name}`,
    apply: (fs, target, name) =>
      fs.isFree(name) && fs.model.make(fs.at(name), "link", targetOf(fs, target)),
  },
  "ln -sf": {
    roles: ["target", "name"],
    text: (target, name) => `ln -sfnT ${target} ${name}`,
    apply(fs, target, name) {
      if (!fs.replaces(name) || fs.isSame(target, name)) return false;
      const fresh = fs.isFree(name) ? name : `${directoryOf(name)}fresh`;
      return (
        fs.model.make(fs.at(fresh), "link", targetOf(fs, target)) &&
        (fresh === name || fs.rename(fresh, name))
      );
    },
  },
  rm: {
    roles: ["entry"],
    text: (name) => `rm ${name}`,
    apply: (fs, name) => fs.unlink(name),
  },
  "rm -r": {
    roles: ["entry"],
    text: (name) => `rm -r ${name}`,
    apply(fs, name) {
      const node = fs.find(name)?.node;
      return node?.kind === "directory" && !holds(node, fs.cwd) && fs.removeTree(name);
    },
  },
  mkdir: {
    roles: ["name"],
    text: (name) => `mkdir ${name}`,
    apply: (fs, name) => fs.isFree(name) && fs.model.make(fs.at(name), "directory"),
  },
  rmdir: {
    roles: ["entry"],
    text: (name) => `rmdir ${name}`,
    apply(fs, name) {
      const node = fs.find(name)?.node;
      return node?.kind === "directory" && !holds(node, fs.cwd) && fs.model.rmdir(fs.at(name));
    },
  },
  "sed -i": {
    roles: ["file"],
    text: (file) => `sed -i s/o/0/ ${file}`,
    apply: replaced,
  },
  save: {
    roles: ["file"],
    text: (file) => `cat ${file} >${file}.tmp && mv -T ${file}.tmp ${file}`,
    apply: replaced,
  },
  "save with a backup": {
    roles: ["file", "name"],
    text: (file, name) =>
      `ln ${file} ${name} && echo new >${file}.tmp && mv -T ${file}.tmp ${file}`,
    apply(fs, file, name) {
      if (fs.find(file)?.node.kind !== "file" || !fs.isFree(name)) return false;
      const fresh = `${directoryOf(file)}fresh`;
      return fs.link(file, name) && fs.overwrite(fresh) && fs.rename(fresh, file);
    },
  },
  "temporary file": {
    roles: ["file", "directory", "name"],
    text: (file, directory, name) =>
      `t=$(mktemp ${directory}/tmp.XXXXXX) && cat ${file} >"$t" && mv -T "$t" ${name}`,
    apply(fs, file, directory, name) {
      const fresh = `${directory}/fresh`;
      return (
        fs.isFile(file) &&
        fs.isFree(fresh) &&
        fs.overwrite(fresh) &&
        fs.read(file) &&
        fs.move(fresh, name)
      );
    },
  },
  "temporary directory": {
    roles: ["file", "directory", "name"],
    text: (file, directory, name) =>
      `t=$(mktemp -d ${directory}/tmp.XXXXXX) && cp ${file} "$t/g" && mv -T "$t" ${name}`,
    apply(fs, file, directory, name) {
      const fresh = `${directory}/fresh`;
      return (
        fs.isFile(file) &&
        fs.isFree(fresh) &&
        fs.model.make(fs.at(fresh), "directory") &&
        fs.copy(file, `${fresh}/g`) &&
        fs.move(fresh, name)
      );
    },
  },
  "cp -al": {
    roles: ["directory", "name"],
    text: (from, to) => `cp -alT ${from} ${to}`,
    apply(fs, from, to) {
      const place = fs.model.lookup(fs.at(to), false);
      const source = fs.find(from)?.node;
      if (!place || source?.kind !== "directory" || holds(source, place.parent)) return false;
      return fs.isFree(to) && fs.linkTree(from, to);
    },
  },
} as const satisfies Record<string, Op>;

const TABLE: Readonly<Record<string, Op>> = OPS;

/** Names to choose from. What the shell does without another process is cheap, so it comes more often. */
const BUILTIN = ["read by the shell", "write new", "append", "read and write"];
export const OP_NAMES = [...Object.keys(OPS), ...BUILTIN, ...BUILTIN];
export const rolesOf = (op: string) => TABLE[op].roles;

/** The target of a symbolic link, which must not depend on where the program runs. */
function targetOf({ model }: Shell, target: string): string {
  return target.startsWith("/") ? `${model.basePath}${target}` : target;
}

/** Runs programs on a model, step by step. */
export class Runner {
  readonly model: ModelFs;
  private group = 0;
  private cwd: Inode;

  constructor(model: ModelFs) {
    this.model = model;
    this.cwd = model.base;
  }

  /** The working directory in which a step runs; null if it cannot be entered. */
  enter({ group, cd }: Pick<Step, "group" | "cd">): Inode | null {
    if (group === 0) return this.model.base;
    if (group === this.group) return this.cwd;
    const node = this.model.lookup(atOf(this.model, this.model.base, cd), true)?.entry?.node;
    return node?.kind === "directory" ? node : null;
  }

  /** Returns whether the step succeeds. */
  apply(step: Step): boolean {
    const cwd = this.enter(step);
    if (!cwd || !TABLE[step.op].apply(new Shell(this.model, cwd), ...step.args)) return false;
    this.group = step.group;
    this.cwd = cwd;
    return true;
  }
}

const quoted = (path: string) => (path.startsWith("/") ? `"$W"${path === "/" ? "" : path}` : path);

export const stepText = ({ op, args }: Step) => TABLE[op].text(...args.map(quoted));

/** The program as a script for sh -e. */
export function scriptOf(steps: readonly Step[]): string {
  const lines: string[] = [];
  for (let i = 0; i < steps.length; ) {
    const { group, cd } = steps[i];
    let end = i + 1;
    while (group !== 0 && steps[end]?.group === group) end++;
    const texts = steps.slice(i, end).map(stepText);
    lines.push(group === 0 ? texts[0] : `(cd -P ${quoted(cd)}; ${texts.join("; ")})`);
    i = end;
  }
  return lines.join("\n");
}
