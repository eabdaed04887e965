/** The part of an event that a summary needs is what the model of a run needs. */
export type { RunEvent as SummaryEvent } from "../../../model/run-event.ts";
