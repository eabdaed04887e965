import { expect, test } from "bun:test";
import { IORING_CQE_F_MORE, IORING_CQE_F_NOTIF } from "../../../../src/kernel/io-uring.ts";
import { InFlight, MAX_IN_FLIGHT } from "../../../../src/sources/ptrace/uring/in-flight.ts";

function inFlight() {
  const completed: string[] = [];
  const lost: string[] = [];
  const requests = new InFlight<{ name: string }>({
    completed: ({ name }, result) => completed.push(`${name} ${result}`),
    lost: ({ name }) => lost.push(name),
  });
  return { requests, completed, lost };
}

type Requests = ReturnType<typeof inFlight>["requests"];
interface Named {
  readonly name: string;
}

test("a completion is that of the request with its user_data", () => {
  const { requests, completed } = inFlight();
  requests.add(1n, { name: "a" });
  requests.add(2n, { name: "b" });
  requests.complete(2n, 5, 0);
  requests.complete(3n, 6, 0);
  requests.complete(1n, -2, 0);
  expect(completed).toEqual(["b 5", "a -2"]);
  expect(requests.wanted).toBe(0);
});

test("a completion that more will follow does not end a request", () => {
  const { requests, completed } = inFlight();
  requests.add(1n, { name: "a" });
  requests.complete(1n, 1, IORING_CQE_F_MORE);
  expect(completed).toEqual([]);
  requests.complete(1n, 2, 0);
  expect(completed).toEqual(["a 2"]);
});

test("a send without a copy has the result of its first completion", () => {
  const { requests, completed, lost } = inFlight();
  requests.add(1n, { name: "a" });
  requests.complete(1n, 3, IORING_CQE_F_MORE);
  requests.complete(1n, 0, IORING_CQE_F_NOTIF);
  requests.add(1n, { name: "b" });
  requests.complete(1n, -9, 0);
  for (const name of ["c", "d"]) requests.add(2n, { name });
  for (const result of [4, 5]) requests.complete(2n, result, IORING_CQE_F_MORE);
  for (let i = 0; i < 2; i++) requests.complete(2n, 0, IORING_CQE_F_NOTIF);
  expect([completed, lost]).toEqual([
    ["a 3", "b -9"],
    ["c", "d"],
  ]);
});

test("requests with the same user_data have a result only if all have the same", () => {
  const { requests, completed, lost } = inFlight();
  for (const name of ["a", "b"]) requests.add(1n, { name });
  requests.add(1n, null);
  for (let i = 0; i < 3; i++) requests.complete(1n, 0, 0);
  expect(completed).toEqual(["a 0", "b 0"]);
  for (const name of ["c", "d"]) requests.add(1n, { name });
  for (const result of [0, -2]) requests.complete(1n, result, 0);
  expect(lost).toEqual(["c", "d"]);
  requests.add(1n, { name: "e" });
  requests.complete(1n, 7, 0);
  expect(completed.at(-1)).toBe("e 7");
});

test("a request that was not submitted is forgotten", () => {
  const { requests, completed } = inFlight();
  const request = { name: "a" };
  requests.add(1n, request);
  requests.add(1n, null);
  requests.remove(1n, request);
  requests.remove(2n, request);
  expect(requests.wanted).toBe(0);
  requests.complete(1n, 0, 0);
  expect(completed).toEqual([]);
});

test("the requests of a thread can be taken", () => {
  const { requests, completed } = inFlight();
  for (const name of ["a", "b"]) requests.add(1n, { name });
  requests.add(2n, { name: "a" });
  const taken: string[] = [];
  requests.take(
    ({ name }) => name === "a",
    ({ name }) => taken.push(name),
  );
  expect(taken).toEqual(["a", "a"]);
  requests.complete(1n, 3, 0);
  expect(completed).toEqual(["b 3"]);
});

test("requests that never complete are evicted, and counted", () => {
  const { requests, lost } = inFlight();
  for (let i = 0; i <= MAX_IN_FLIGHT; i++) requests.add(BigInt(i), { name: `${i}` });
  expect(lost).toEqual(["0"]);
  expect(requests.wanted).toBe(MAX_IN_FLIGHT);
});

test.each([
  ["is removed", (all: Requests, request: Named) => all.remove(-1n, request)],
  ["completes", (all: Requests) => all.complete(-1n, 0, 0)],
  [
    "is taken",
    (all: Requests, one: Named) =>
      all.take(
        (each) => each === one,
        () => {},
      ),
  ],
] as const)("a request that %s makes room for another", (_, end) => {
  const { requests, lost } = inFlight();
  const first = { name: "first" };
  requests.add(-1n, first);
  for (let i = 1; i < MAX_IN_FLIGHT; i++) requests.add(BigInt(i), { name: `${i}` });
  end(requests, first);
  requests.add(0n, { name: "new" });
  expect(lost).toEqual([]);
  requests.add(-2n, { name: "newer" });
  expect(lost).toEqual(["1"]);
  expect(requests.wanted).toBe(MAX_IN_FLIGHT);
});

test("only the request that was not submitted is removed from those with its user_data", () => {
  const { requests, completed } = inFlight();
  const [first, second] = [{ name: "a" }, { name: "b" }];
  for (const request of [first, second, null]) requests.add(1n, request);
  requests.remove(1n, { name: "a" });
  requests.remove(1n, first);
  expect(requests.wanted).toBe(1);
  for (let i = 0; i < 2; i++) requests.complete(1n, 5, 0);
  expect(completed).toEqual(["b 5"]);
});
