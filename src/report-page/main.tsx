/** The page of `trace report`: it shows the data that is in the page itself. */
import { render } from "preact";
import { App } from "./app.tsx";
import { commandText } from "./header.tsx";
import { loadData } from "./load.ts";
import { preparePrinting } from "./print.tsx";
import { RunView } from "./run-view.ts";

function show(view: RunView): void {
  document.title = `trace: ${view.data.runs.map(commandText).join("; ")}`;
  render(<App view={view} />, document.getElementById("app")!);
  preparePrinting(view);
}

loadData().then(
  (data) => show(new RunView(data)),
  (error) => {
    document.getElementById("app")!.textContent = `The data of this page is damaged: ${error}`;
  },
);
