/** Selects processes and their descendants, by the fork events. */

/** The fields of an event that the selection depends on. */
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

  /** Whether the event is of the tree. A child of a member becomes a member. */
  accepts({ pid, parent }: TreeEvent): boolean {
    if (parent !== null && this.members.has(parent)) this.members.add(pid);
    return this.members.has(pid);
  }

  /** Removes a process that exited, because its pid may be reused. */
  remove(pid: number): void {
    this.members.delete(pid);
  }
}
