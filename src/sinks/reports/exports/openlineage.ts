/** OpenLineage events: https://openlineage.io/spec/2-0-2/OpenLineage.json, one START and one end. */
import { type Account, verdictOf } from "./account.ts";
import { dataFiles } from "./data.ts";
import type { AccountFile } from "./files.ts";
import { isoTime, packageUrl, runKey, typeUri, uuidOf } from "./identity.ts";

const SPEC = "https://openlineage.io/spec";
const MAX_JOB_NAME = 200;

/**
 * @param hash returns the SHA-256 of a text, hexadecimal
 * @param allFiles whether files of the system are datasets, too
 */
export function openLineage(
  account: Account,
  hash: (text: string) => string,
  allFiles: boolean,
): object[] {
  const { facts } = account;
  const facetOf = facets(packageUrl(facts));
  const data = dataFiles(account, allFiles);
  const isFailed = facts.status !== null && facts.status !== 0;
  const started = isoTime(facts.started) ?? isoTime(facts.ended) ?? new Date(0).toISOString();
  const common = {
    producer: packageUrl(facts),
    schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent`,
    job: job(account, facetOf),
  };
  const runId = uuidOf(hash(runKey(facts)));
  return [
    { eventTime: started, eventType: "START", run: { runId, facets: {} }, ...common },
    {
      eventTime: isoTime(facts.ended) ?? started,
      eventType: facts.ended === null ? "OTHER" : isFailed ? "FAIL" : "COMPLETE",
      run: { runId, facets: runFacets(account, facetOf, data.omitted) },
      ...common,
      inputs: data.inputs.map((file) => input(account, file, facetOf)),
      outputs: [
        ...data.outputs.map((file) => output(account, file, facetOf)),
        ...dropped(account, facetOf),
      ],
    },
  ];
}

type MakeFacet = (schema: string, of: object) => object;

function facets(producer: string): MakeFacet {
  return (schema, of) => ({ _producer: producer, _schemaURL: schema, ...of });
}

const facetUrl = (version: string, name: string) =>
  `${SPEC}/facets/${version}/${name}.json#/$defs/${name}`;

function job({ facts, names }: Account, facetOf: MakeFacet): object {
  const isHidden = names.redacted.has("host") || facts.host === null;
  return {
    namespace: isHidden ? "trace" : `trace://${facts.host}`,
    name: names.commandLine(facts.command).slice(0, MAX_JOB_NAME) || "trace all",
    facets: {
      jobType: facetOf(facetUrl("2-0-4", "JobTypeJobFacet"), {
        processingType: "BATCH",
        integration: "TRACE",
        jobType: "COMMAND",
      }),
    },
  };
}

function runFacets(account: Account, facetOf: MakeFacet, omitted: number): object {
  const { status, trace } = account.facts;
  return {
    processing_engine: facetOf(facetUrl("1-1-1", "ProcessingEngineRunFacet"), {
      version: trace,
      name: "trace",
    }),
    trace_verdict: facetOf(typeUri("verdict"), {
      ...verdictOf(account),
      ...(omitted ? { filesOfTheSystem: omitted } : {}),
    }),
    ...(status
      ? {
          errorMessage: facetOf(facetUrl("1-0-1", "ErrorMessageRunFacet"), {
            message: `exit status ${status}`,
            programmingLanguage: "shell",
          }),
        }
      : {}),
  };
}

function dataset({ names }: Account, { path, digest }: AccountFile, facetOf: MakeFacet) {
  return {
    namespace: "file",
    name: names.absolute(path),
    facets: digest
      ? {
          version: facetOf(facetUrl("1-0-1", "DatasetVersionDatasetFacet"), {
            datasetVersion: `sha256:${digest.sha256}`,
          }),
        }
      : {},
  };
}

function input(account: Account, file: AccountFile, facetOf: MakeFacet): object {
  const url = facetUrl("1-0-0", "InputStatisticsInputDatasetFacet");
  const { digest } = file;
  return {
    ...dataset(account, file, facetOf),
    ...(digest ? { inputFacets: { inputStatistics: facetOf(url, statistics(digest.size)) } } : {}),
  };
}

function output(account: Account, file: AccountFile, facetOf: MakeFacet): object {
  const url = facetUrl("1-0-2", "OutputStatisticsOutputDatasetFacet");
  const { digest } = file;
  return {
    ...dataset(account, file, facetOf),
    ...(digest
      ? { outputFacets: { outputStatistics: facetOf(url, statistics(digest.size)) } }
      : {}),
  };
}

const statistics = (size: number) => ({ size, fileCount: 1 });

/** The files that the run removed. */
function dropped({ removed, names }: Account, facetOf: MakeFacet): object[] {
  const url = facetUrl("1-0-1", "LifecycleStateChangeDatasetFacet");
  return removed.map((path) => ({
    namespace: "file",
    name: names.absolute(path),
    facets: { lifecycleStateChange: facetOf(url, { lifecycleStateChange: "DROP" }) },
  }));
}
