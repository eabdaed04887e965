/** What changes seldom and costs a file of /proc to ask: believed for a moment. */

/** Milliseconds: much shorter than anybody needs to move a process, and many calls long. */
const FRESH = 10;

interface Known<T> {
  readonly value: T;
  readonly until: number;
}

export class Recent<T> {
  private readonly known = new Map<number, Known<T>>();
  private readonly ask: (id: number) => T | null;

  /** @param ask returns null for who is gone: what was known last is true of it */
  constructor(ask: (id: number) => T | null) {
    this.ask = ask;
  }

  of(id: number): T | null {
    const now = performance.now();
    const known = this.known.get(id);
    if (known && now < known.until) return known.value;
    const value = this.ask(id) ?? known?.value ?? null;
    if (value !== null) this.known.set(id, { value, until: now + FRESH });
    return value;
  }

  /** It has just changed, or the number is free. */
  forget(id: number): void {
    this.known.delete(id);
  }

  /** What is known is true for as long as it takes to tell of who is gone. */
  last(id: number): T | null {
    return this.known.get(id)?.value ?? this.of(id);
  }
}
