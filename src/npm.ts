/**
 * The library as the npm package has it: what is built of C is in a package of its own for each
 * architecture, which package managers select by its fields "os" and "cpu".
 */
import { findBuiltFilesBy } from "./ffi/built-files.ts";
import { NativeLibraryError } from "./index.ts";

export * from "./index.ts";

const ARCHITECTURES = ["arm64", "x64"];

function packageName(): string {
  const { platform, arch } = process;
  if (platform !== "linux" || !ARCHITECTURES.includes(arch))
    throw new NativeLibraryError(
      `${platform} on ${arch}: trace runs on Linux on x64 and arm64 only`,
    );
  return `@trace-tool/trace-linux-${arch}`;
}

findBuiltFilesBy((file) => {
  const name = packageName();
  try {
    return require.resolve(`${name}/${file}`);
  } catch (cause) {
    const advice = "install the optional dependencies of @trace-tool/trace";
    throw new NativeLibraryError(`the package ${name} is not installed; ${advice}`, { cause });
  }
});
