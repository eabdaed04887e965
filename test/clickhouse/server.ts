/**
 * Debian's clickhouse-server on the loopback address, with a data directory of its own and without
 * rights. The package is unpacked, not installed, so that no service of the machine is started.
 */
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../root/support/harness.ts";
import { ROOT } from "../root/support/programs.ts";

const CACHE = join(ROOT, "build/clickhouse");
const UID = 4_000_000;
const START_MS = 30_000;
/** A field as dpkg-query names it. */
const VERSION = `\${Version}`;

function succeed(command: readonly string[], cwd?: string): string {
  const { status, stdout, stderr } = run(command, { cwd });
  if (status !== 0) throw new Error(`${command[0]}: ${status}: ${stderr}`);
  return stdout.toString();
}

/** Returns the program, of the version of the client, which has its library. */
function program(): string {
  const path = join(CACHE, "usr/sbin/clickhouse-server");
  if (existsSync(path)) return path;
  mkdirSync(CACHE, { recursive: true });
  const version = succeed(["dpkg-query", "-W", "-f", VERSION, "clickhouse-client"]);
  succeed(
    ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", `clickhouse-server=${version}`],
    CACHE,
  );
  const [file] = readdirSync(CACHE).filter((name) => name.endsWith(".deb"));
  succeed(["dpkg", "-x", file, "."], CACHE);
  return path;
}

const config = (directory: string, port: number) => `<yandex>
  <logger><level>warning</level><console>1</console></logger>
  <listen_host>127.0.0.1</listen_host>
  <tcp_port>${port}</tcp_port>
  <path>${directory}/data/</path>
  <tmp_path>${directory}/data/tmp/</tmp_path>
  <users_config>${directory}/users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <mark_cache_size>134217728</mark_cache_size>
</yandex>
`;

const USERS = `<yandex>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users><default>
    <password></password>
    <networks><ip>127.0.0.1</ip></networks>
    <profile>default</profile>
    <quota>default</quota>
  </default></users>
</yandex>
`;

/** A port that nothing listens on now. */
function freePort(): number {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port } = server;
  server.stop(true);
  return port ?? 0;
}

export class ClickHouse {
  private readonly directory: string;
  private readonly process: Bun.Subprocess;

  /** @param directory an empty one, in which programs find the server's address */
  private constructor(directory: string) {
    this.directory = directory;
    const port = freePort();
    const data = join(directory, "data");
    mkdirSync(data);
    chownSync(data, UID, UID);
    chmodSync(directory, 0o755);
    writeFileSync(join(directory, "config.xml"), config(directory, port));
    writeFileSync(join(directory, "users.xml"), USERS);
    const client = `<config><host>127.0.0.1</host><port>${port}</port></config>\n`;
    writeFileSync(join(directory, "clickhouse-client.xml"), client);
    const as = ["setpriv", `--reuid=${UID}`, `--regid=${UID}`, "--clear-groups"];
    this.process = Bun.spawn([...as, program(), `--config-file=${join(directory, "config.xml")}`], {
      cwd: "/",
      stdio: ["ignore", "ignore", "ignore"],
    });
  }

  static async start(directory: string): Promise<ClickHouse> {
    const server = new ClickHouse(directory);
    const isUp = () =>
      run(["clickhouse-client", "--query", "SELECT 1"], { cwd: directory }).status === 0;
    for (const deadline = Date.now() + START_MS; !isUp(); await Bun.sleep(100))
      if (Date.now() > deadline) throw new Error("clickhouse-server does not answer");
    return server;
  }

  /** Returns the rows of an answer, as objects. */
  query(text: string): Record<string, unknown>[] {
    return this.client(`${text} FORMAT JSONEachRow`)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }

  /** Runs statements. */
  client(text: string): string {
    return succeed(["clickhouse-client", "--query", text], this.directory);
  }

  /** Runs a script where the client finds the server. */
  script(text: string, env: Record<string, string>): { readonly stderr: string } {
    const all = { ...process.env, ...env };
    const { status, stderr } = run(["bash", "-e", "-o", "pipefail", "-c", text], {
      cwd: this.directory,
      env: all,
    });
    if (status !== 0) throw new Error(stderr);
    return { stderr };
  }

  async stop(): Promise<void> {
    this.process.kill("SIGTERM");
    const timer = setTimeout(() => this.process.kill("SIGKILL"), 10_000);
    await this.process.exited;
    clearTimeout(timer);
  }
}
