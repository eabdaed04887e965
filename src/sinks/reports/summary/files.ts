/**
 * Tracks the state of each file while a command runs: whether it existed before, exists at the end,
 * and was read or written. A rename moves the state.
 */

/** The process that did something first. */
export interface Actor {
  readonly pid: number;
  readonly comm: string;
}

/** How often something was done, and by which process first. */
export interface ActionCount {
  times: number;
  readonly first: Actor;
}

export interface FileState {
  /** Whether the command created it. */
  created: boolean;
  /** Whether it exists now. */
  exists: boolean;
  directory: boolean;
  /** Reads before the first write. */
  read: ActionCount | null;
  /** Writes, including creation, truncation, and being the target of a rename or link. */
  written: ActionCount | null;
  /** Changes of its mode, owner or times. */
  changed: ActionCount | null;
}

export function countAction(count: ActionCount | null, actor: Actor): ActionCount {
  if (count === null) return { times: 1, first: actor };
  count.times++;
  return count;
}

export class FileStates {
  /** Number of files that the command created and removed. */
  temporary = 0;
  private readonly states = new Map<string, FileState>();
  /** Files that existed before and were removed. */
  readonly removed = new Map<string, ActionCount>();

  entries(): Iterable<[string, FileState]> {
    return this.states;
  }

  private state(path: string): FileState {
    let state = this.states.get(path);
    if (!state?.exists) {
      state = {
        created: false,
        exists: true,
        directory: false,
        read: null,
        written: null,
        changed: null,
      };
      this.states.set(path, state);
    }
    return state;
  }

  read(path: string, actor: Actor): void {
    const state = this.state(path);
    if (!state.written) state.read = countAction(state.read, actor);
  }

  write(path: string, actor: Actor, created: boolean): void {
    // Read before state(), which resets the state of a removed file.
    const known = this.states.get(path)?.exists === true;
    const state = this.state(path);
    state.written = countAction(state.written, actor);
    if (created && !known) state.created = true;
    this.removed.delete(path);
  }

  create(path: string, actor: Actor, directory: boolean): void {
    this.write(path, actor, true);
    this.state(path).directory = directory;
  }

  changeMetadata(path: string, actor: Actor): void {
    const state = this.state(path);
    state.changed = countAction(state.changed, actor);
  }

  remove(path: string, actor: Actor): void {
    const state = this.states.get(path);
    if (state?.exists && state.created) this.temporary++;
    else this.removed.set(path, countAction(this.removed.get(path) ?? null, actor));
    // A file that was read remains an input.
    if (state?.read) Object.assign(state, { exists: false, created: false, written: null });
    else this.states.delete(path);
  }

  /** Moves the state of a file, or of a directory and all known files below it. */
  rename(from: string, to: string, actor: Actor): void {
    const below = `${from}/`;
    const inside = [...this.states].filter(([path]) => path.startsWith(below));
    const moved = this.states.get(from);
    for (const [path, state] of inside) {
      this.states.delete(path);
      this.states.set(to + path.slice(from.length), state);
    }
    const existedBefore = !moved?.created;
    if (moved) this.states.delete(from);
    if (existedBefore) this.removed.set(from, countAction(null, actor));
    if (moved?.read && existedBefore)
      this.states.set(from, { ...moved, exists: false, written: null });
    this.removed.delete(to);
    this.states.set(to, {
      created: true,
      exists: true,
      directory: moved?.directory ?? inside.length > 0,
      read: null,
      written: countAction(moved?.written ?? null, actor),
      changed: null,
    });
  }

  exchange(one: string, other: string, actor: Actor): void {
    const [first, second] = [this.state(one), this.state(other)];
    this.states.set(one, { ...second, written: countAction(second.written, actor) });
    this.states.set(other, { ...first, written: countAction(first.written, actor) });
  }
}
