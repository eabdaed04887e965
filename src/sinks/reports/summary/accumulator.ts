/** A summary is a report on the model of a run. */
export { Run as SummaryAccumulator } from "../../../model/run.ts";
