/** The error of a template or a format of times that a user typed. */
import { TraceError } from "../errors.ts";
import { withCaret } from "./caret.ts";

/** The message has three lines: the error, the template, and a caret under its position. */
export class TemplateError extends TraceError {
  override readonly name = "TemplateError";
  override readonly code = "TEMPLATE";
  constructor(message: string, template: string, at: number) {
    super(withCaret(message, template, at));
  }
}
