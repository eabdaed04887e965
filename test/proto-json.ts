/** Checks JSON against messages of Protocol Buffers, strictly: ProtoJSON, with no unknown fields. */
import { join } from "node:path";
import protobuf from "protobufjs";

/** @param file a .proto, relative to the directory whose files it imports */
export function loadProto(directory: string, file: string): protobuf.Root {
  const root = new protobuf.Root();
  const common = (path: string) => path.startsWith("google/protobuf/");
  root.resolvePath = (_, target) => (common(target) ? target : join(directory, target));
  return root.loadSync(file, { keepCase: false });
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** Returns what is wrong with a value. @param type the full name of a message */
export function protoErrors(root: protobuf.Root, type: string, value: unknown, at = ""): string[] {
  if (type === "google.protobuf.Struct") return isObject(value) ? [] : [`${at}: no object`];
  if (type === "google.protobuf.Timestamp")
    return TIMESTAMP.test(String(value)) ? [] : [`${at}: no time: ${value}`];
  const message = root.lookupType(type);
  if (!isObject(value)) return [`${at}: no ${type}`];
  const several = message.oneofsArray.filter(
    ({ fieldsArray }) => fieldsArray.filter((field) => jsonName(field) in value).length > 1,
  );
  if (several.length) return [`${at}: several of ${several.map(({ name }) => name)}`];
  return Object.entries(value).flatMap(([key, member]) => {
    const place = `${at}.${key}`;
    const field = message.fieldsArray.find((each) => jsonName(each) === key);
    if (!field) return [`${place}: unknown`];
    field.resolve();
    const check = (each: unknown, where: string) => fieldErrors(root, field, each, where);
    if (field instanceof protobuf.MapField)
      return isObject(member)
        ? Object.entries(member).flatMap(([name, each]) => check(each, `${place}.${name}`))
        : [`${place}: no object`];
    if (!field.repeated) return check(member, place);
    return Array.isArray(member)
      ? member.flatMap((each, index) => check(each, `${place}[${index}]`))
      : [`${place}: no list`];
  });
}

function fieldErrors(root: protobuf.Root, field: protobuf.Field, value: unknown, at: string) {
  const { resolvedType } = field;
  if (resolvedType instanceof protobuf.Enum)
    return Object.values(resolvedType.values).includes(value as number)
      ? []
      : [`${at}: no ${resolvedType.name}: ${value}`];
  if (resolvedType) return protoErrors(root, resolvedType.fullName.replace(/^\./, ""), value, at);
  return isScalar(field.type, value) ? [] : [`${at}: ${typeof value}`];
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Numbers of 64 bits are strings. */
function isScalar(type: string, value: unknown): boolean {
  if (type === "bool") return typeof value === "boolean";
  if (type === "double" || type === "float") return typeof value === "number";
  if (/^u?s?(?:int|fixed)32$/.test(type)) return Number.isInteger(value);
  if (typeof value !== "string" || !value.isWellFormed()) return false;
  if (/^(?:u|)(?:int|fixed)64$/.test(type)) return /^-?\d+$/.test(value);
  return type === "string" || (type === "bytes" && BASE64.test(value));
}

function jsonName(field: protobuf.Field): string {
  return (field.options?.json_name as string | undefined) ?? field.name;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
