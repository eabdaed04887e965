/** A newer kernel or header has more than what is committed: that is said, and is no fault. */

/** Says what the tables lack, if anything: `make tables` brings in what is newer. */
export function additions(what: string, names: readonly string[]): void {
  if (names.length) console.log(`not in the tables: ${what}: ${names.join(" ")}`);
}
