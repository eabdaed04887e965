/** The top of the page: what ran, how it ended, and whether the record is complete. */
import type { PageRun } from "../sinks/reports/page/data.ts";
import { count, dateTime, duration } from "./format.ts";
import type { RunView } from "./run-view.ts";

export function Header({ view }: { readonly view: RunView }) {
  const { runs, complete } = view.data;
  const losses = runs.flatMap((run) => run.losses);
  const choices = runs.flatMap((run) => run.choices);
  return (
    <header>
      <div class="top">
        <Verdict complete={complete} />
        <h1>
          {runs.map((run, index) => (
            <span key={index} class="command">
              {commandText(run)}
            </span>
          ))}
        </h1>
        {runs.length === 1 && <Status run={runs[0]} />}
      </div>
      <Facts view={view} />
      {losses.length > 0 && (
        <p class="losses">
          <b>Events are missing:</b> {losses.join("; ")}. What the page shows is what was recorded.
        </p>
      )}
      {complete === null && (
        <p class="losses">The record does not say whether events are missing.</p>
      )}
      {choices.map((choice) => (
        <p key={choice} class="losses">
          {choice}
        </p>
      ))}
    </header>
  );
}

export function commandText({ command }: PageRun): string {
  if (command === null) return "(a command that the record does not name)";
  return command === "" ? "(the whole machine)" : command;
}

export function Verdict({ complete }: { readonly complete: boolean | null }) {
  const [name, text] =
    complete === true
      ? ["good", "complete"]
      : complete === false
        ? ["bad", "INCOMPLETE"]
        : ["unknown", "completeness unknown"];
  return <span class={`verdict ${name}`}>{text}</span>;
}

function Status({ run: { status, command } }: { readonly run: PageRun }) {
  if (status === null) return command ? <span class="status">exit status unknown</span> : null;
  const text = status > 128 ? `exit ${status} (signal ${status - 128})` : `exit ${status}`;
  return <span class={`status ${status === 0 ? "good" : "bad"}`}>{text}</span>;
}

function Facts({ view }: { readonly view: RunView }) {
  const { runs, events, processCount, temporary, end } = view.data;
  const [run] = runs;
  const facts: readonly (readonly [string, string])[] = [
    ["in", runs.length === 1 ? (run.cwd ?? "") : ""],
    ["on", runs.length === 1 ? [run.host, run.kernel].filter(Boolean).join(", ") : ""],
    ["", runs.length === 1 ? dateTime(run.started) : ""],
    ["", view.hasTimes ? duration(end) : ""],
    ["", processCount === null ? "" : `${count(processCount)} processes`],
    ["", `${count(events)} events`],
    ["", temporary ? `${count(temporary)} temporary files` : ""],
  ];
  return (
    <p class="facts">
      {facts
        .filter(([, text]) => text !== "")
        .map(([name, text]) => (
          <span key={name + text}>
            {name && <span class="muted">{name} </span>}
            {text}
          </span>
        ))}
    </p>
  );
}
