/** Evaluates GitHub's expressions, `${{ … }}`, by GitHub's own package. */
import { data, Evaluator, Lexer, Parser, wellKnownFunctions } from "@actions/expressions";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";

/** Contexts: `inputs`, `github`, `steps` and others. */
export type Contexts = { readonly [name: string]: string | Contexts };

function toData(value: string | Contexts): data.ExpressionData {
  if (typeof value === "string") return new data.StringData(value);
  const pairs = Object.entries(value).map(([key, of]) => ({ key, value: toData(of) }));
  return new data.Dictionary(...pairs);
}

/** The functions of a step's condition, by whether the steps before it succeeded. */
function statusFunctions(succeeded: boolean): FunctionDefinition[] {
  const results = { always: true, success: succeeded, failure: !succeeded, cancelled: false };
  return Object.entries(results).map(([name, result]) => {
    return { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(result) };
  });
}

function evaluate(text: string, contexts: Contexts, functions: FunctionDefinition[] = []) {
  const { tokens } = new Lexer(text).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known = new Map(
    [...Object.values(wellKnownFunctions), ...functions].map((f) => [f.name, f]),
  );
  return new Evaluator(parsed, toData(contexts) as data.Dictionary, known).evaluate();
}

/** Replaces the expressions of a text. */
export function expand(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression) =>
    evaluate(expression, contexts).coerceString(),
  );
}

/** Whether a step with that condition runs. */
export function holds(condition: string, contexts: Contexts, succeeded: boolean): boolean {
  const text = condition.replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1");
  const functions = statusFunctions(succeeded);
  const result = evaluate(text, contexts, functions).coerceString();
  const isTrue = !["", "false", "0"].includes(result);
  return isTrue && (succeeded || /\b(always|failure|cancelled)\(/.test(text));
}
