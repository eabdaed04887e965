/** The measurements: for each figure and tool the best of all rounds. */

/** Values by the tool's name. */
export type ByTool = { readonly [tool: string]: number };

/** The name for a run without a tool. */
export const UNTRACED = "untraced";

export class Figures {
  private readonly values = new Map<string, Record<string, number>>();

  /** Stores the lowest value. */
  best(what: string, tool: string, value: number): void {
    this.keep(what, tool, value, Math.min);
  }

  /** Stores the highest value: for losses, which must not happen even once. */
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

  /** Returns each tool's value as a multiple of the one without a tool. */
  ratios(what: string, untraced: string): ByTool {
    const one = this.of(untraced)[UNTRACED];
    return Object.fromEntries(Object.entries(this.of(what)).map(([tool, x]) => [tool, x / one]));
  }
}
