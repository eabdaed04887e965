/** Chooses a process and all that descend from it, by the forks that are seen. */

/** What of an event the choice depends on. */
interface TreeEvent {
  readonly pid: number;
  /** The parent of a new process; null for other events. */
  readonly parent: number | null;
}

export class ProcessTree {
  private readonly members: Set<number>;

  constructor(roots: readonly number[]) {
    this.members = new Set(roots);
  }

  get pids(): readonly number[] {
    return [...this.members];
  }

  add(pid: number): void {
    this.members.add(pid);
  }

  /** Whether the event is of the tree; a child of a member becomes one. */
  accepts({ pid, parent }: TreeEvent): boolean {
    if (parent !== null && this.members.has(parent)) this.members.add(pid);
    return this.members.has(pid);
  }

  /** Forgets one that ended: its number will be another's. */
  remove(pid: number): void {
    this.members.delete(pid);
  }
}
