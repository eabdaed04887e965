/**
 * Checks values against a JSON Schema (draft 2020-12, or 4), as far as the schemas of docs/schema and
 * test/fixtures go: any other keyword is an error.
 */

export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}
type Schema = JsonObject;

/** Returns what is wrong, with the place in the value; none if nothing is. */
type Check = (rule: Json, value: Json, at: string, schema: Schema) => readonly string[];

const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "bigint" || Number.isInteger(value)) return "integer";
  return typeof value;
}

function hasType(name: Json, value: Json): boolean {
  const type = typeOf(value);
  return type === name || (name === "number" && type === "integer");
}

/** Keywords that another one reads, or that describe. */
const SILENT = "$schema $id id $defs definitions title description default format then".split(" ");

export class JsonSchema {
  private readonly root: Schema;

  private readonly isStrict: boolean;

  /**
   * @param root a parsed schema
   * @param isStrict whether an object may have only the properties that its schema names, if any
   */
  constructor(root: object, isStrict = false) {
    this.root = root as Schema;
    this.isStrict = isStrict;
  }

  /** Returns what is wrong with a value. */
  errors(value: Json): readonly string[] {
    return this.check(this.root, value, "");
  }

  /** Returns what is wrong with a value of one of $defs. */
  errorsAs(name: string, value: Json): readonly string[] {
    return this.check(this.definition(name), value, "");
  }

  private unknownKeys(value: JsonObject, at: string, schema: Schema): readonly string[] {
    if (!this.isStrict || schema.additionalProperties !== undefined) return [];
    const known = schema.properties as JsonObject;
    const unknown = Object.keys(value).filter((key) => !Object.hasOwn(known, key));
    return unknown.map((key) => `${at}.${key}: unknown`);
  }

  /** Returns a schema of $defs. */
  definition(name: string): Schema {
    return ((this.root.$defs ?? this.root.definitions) as JsonObject)[name] as Schema;
  }

  private check(schema: Schema, value: Json, at: string): readonly string[] {
    return Object.entries(schema).flatMap(([keyword, rule]) => {
      if (SILENT.includes(keyword)) return [];
      const check = this.checks[keyword];
      if (!check) throw new Error(`${keyword}: unknown keyword`);
      return check(rule, value, at, schema);
    });
  }

  private matches(schema: Json, value: Json): boolean {
    return this.check(schema as Schema, value, "").length === 0;
  }

  private matching(schemas: Json, value: Json): number {
    return (schemas as readonly Json[]).filter((schema) => this.matches(schema, value)).length;
  }

  private readonly checks: Readonly<Record<string, Check>> = {
    $ref: (name, value, at) =>
      this.check(this.definition(String(name).replace(/^#\/[^/]+\//, "")), value, at),
    type: (names, value, at) =>
      [names].flat().some((name) => hasType(name as Json, value))
        ? []
        : [`${at}: ${typeOf(value)}`],
    enum: (words, value, at) =>
      (words as readonly Json[]).includes(value) ? [] : [`${at}: ${value} is none of ${words}`],
    const: (word, value, at) => (word === value ? [] : [`${at}: ${value} is not ${word}`]),
    pattern: (text, value, at) =>
      typeof value !== "string" || new RegExp(String(text)).test(value) ? [] : [`${at}: ${value}`],
    minimum: (least, value, at) =>
      value === null || (value as number) >= (least as number) ? [] : [`${at}: ${value}`],
    maximum: (most, value, at) =>
      value === null || (value as number) <= (most as number) ? [] : [`${at}: ${value}`],
    minItems: (least, value, at) =>
      !Array.isArray(value) || value.length >= (least as number) ? [] : [`${at}: too short`],
    uniqueItems: (rule, value, at) => {
      const items = Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : [];
      return !rule || new Set(items).size === items.length ? [] : [`${at}: repeated`];
    },
    required: (keys, value, at) =>
      isObject(value)
        ? (keys as readonly string[]).flatMap((key) =>
            Object.hasOwn(value, key) ? [] : [`${at}: no ${key}`],
          )
        : [],
    properties: (schemas, value, at, schema) =>
      isObject(value)
        ? [
            ...this.unknownKeys(value, at, schema),
            ...Object.entries(schemas as JsonObject).flatMap(([key, schema]) =>
              Object.hasOwn(value, key)
                ? this.check(schema as Schema, value[key], `${at}.${key}`)
                : [],
            ),
          ]
        : [],
    minProperties: (least, value, at) =>
      isObject(value) && Object.keys(value).length < (least as number)
        ? [`${at}: too few keys`]
        : [],
    not: (schema, value, at) => (this.matches(schema, value) ? [`${at}: excluded`] : []),
    additionalProperties: (rule, value, at, { properties = {} }) =>
      isObject(value)
        ? Object.entries(value).flatMap(([key, member]) => {
            if (Object.hasOwn(properties as JsonObject, key)) return [];
            if (rule === false) return [`${at}.${key}: unknown`];
            return this.check(rule as Schema, member, `${at}.${key}`);
          })
        : [],
    items: (schema, value, at) =>
      Array.isArray(value)
        ? value.flatMap((item, index) => this.check(schema as Schema, item, `${at}[${index}]`))
        : [],
    anyOf: (schemas, value, at) =>
      this.matching(schemas, value) > 0 ? [] : [`${at}: none of the alternatives`],
    oneOf: (schemas, value, at) => {
      const count = this.matching(schemas, value);
      return count === 1 ? [] : [`${at}: ${count} of the alternatives`];
    },
    allOf: (schemas, value, at) =>
      (schemas as readonly Json[]).flatMap((schema) => this.check(schema as Schema, value, at)),
    if: (condition, value, at, { then }) =>
      this.matches(condition, value) ? this.check(then as Schema, value, at) : [],
  };
}
