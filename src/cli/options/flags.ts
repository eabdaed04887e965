/** The option --flags of `exec` and `all`. */
import { ARCH } from "../../ffi/machine.ts";
import { type Formula, FormulaError, parseFormula } from "../../filters/flag-formula.ts";
import { toUsageError } from "../errors.ts";

/**
 * @param arch whose flags are meant
 * @throws UsageError that shows the expression with a caret under the mistake
 */
export function parseFlags(text: string | undefined, arch = ARCH): Formula | null {
  if (text === undefined) return null;
  try {
    return parseFormula(text, arch);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    throw toUsageError("--flags", error);
  }
}
