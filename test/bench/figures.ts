/** What was measured: of each figure and tool the best of all rounds. */

/** By the tool's name. */
export type ByTool = { readonly [tool: string]: number };

/** Stands for a tool where none was at work. */
export const UNTRACED = "untraced";

export class Figures {
  private readonly values = new Map<string, Record<string, number>>();

  /** Keeps the lowest value. */
  best(what: string, tool: string, value: number): void {
    this.keep(what, tool, value, Math.min);
  }

  /** Keeps the highest value: for what must never happen, not even once. */
  worst(what: string, tool: string, value: number): void {
    this.keep(what, tool, value, Math.max);
  }

  private keep(what: string, tool: string, value: number, choose: typeof Math.min): void {
    const byTool = this.values.get(what) ?? {};
    this.values.set(what, byTool);
    byTool[tool] = tool in byTool ? choose(byTool[tool], value) : value;
  }

  of(what: string): ByTool {
    return this.values.get(what) ?? {};
  }

  /** Each tool's value as a multiple of what was measured without any tool. */
  ratios(what: string, untraced: string): ByTool {
    const one = this.of(untraced)[UNTRACED];
    return Object.fromEntries(Object.entries(this.of(what)).map(([tool, x]) => [tool, x / one]));
  }
}
