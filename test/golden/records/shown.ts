/** What `trace show --format csv` shows of a record file, in the columns that its first version has. */
import { FILE_EVENT_COLUMNS } from "../../../src/events/columns.ts";
import { formats } from "../../../src/sinks/formats/index.ts";
import { RecordFile } from "../../../src/sources/records/record-file.ts";
import { Collected } from "../../sinks/collected.ts";

/** Columns that come later are not shown. Those that need more than one event are left out too. */
const COLUMNS = [
  ..."time,pid,tid,ppid,uid,gid,cgid,comm,tgid_comm,event,kind,flags,mode,dfd".split(","),
  ..."filename,fname2,return,errno,path,path2,dev,ino,ftype,op,abi,flags_text,mode_text".split(","),
  ..."argv,status,signal,cpu,max_rss,note".split(","),
];

export function shownCsv(path: string): Buffer {
  const columns = COLUMNS.map((name) => FILE_EVENT_COLUMNS.find((each) => each.name === name)!);
  const output = new Collected();
  const sink = formats.csv.open({ columns, output, terminal: false });
  const file = new RecordFile(path);
  file.run((event) => sink.write(event));
  file.close();
  sink.close();
  return output.bytes;
}
