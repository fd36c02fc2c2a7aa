import fc from "fast-check";
import { expect, test } from "vitest";
import { fillTemplate, mapTexts, TEMPLATE_NAMES, templateNames, unknownTemplate } from "./template.ts";

const values = {
  uuid: "u-1",
  step_uuid: "u-2",
  region: "eu-west",
  slot: "2027-03-01T00:00:00.000Z",
  timestamp: "1803859200",
};

test("names are found once each, in order, with or without blanks around them", () => {
  expect(templateNames("{{slot}} {{ region }} {{slot}} {region} {{}}")).toEqual(["slot", "region", ""]);
});

test("every known name is filled", () => {
  const text = TEMPLATE_NAMES.map((name) => `{{${name}}}`).join("|");
  expect(fillTemplate(text, values)).toEqual({
    kind: "filled",
    value: "u-1|u-2|eu-west|2027-03-01T00:00:00.000Z|1803859200",
  });
});

test("texts inside a JSON body are filled at any depth, keys and other values stay", () => {
  const body = { "{{uuid}}": 1, list: [{ note: "at {{slot}}" }, null, true, 2.5] };
  expect(fillTemplate(body, values)).toEqual({
    kind: "filled",
    value: { "{{uuid}}": 1, list: [{ note: "at 2027-03-01T00:00:00.000Z" }, null, true, 2.5] },
  });
});

test("a value that looks like a template is put in as it is", () => {
  expect(fillTemplate("{{region}}", { ...values, region: "{{uuid}} $& $1" })).toEqual({
    kind: "filled",
    value: "{{uuid}} $& $1",
  });
});

test("an unknown name is an error that offers the nearest known one", () => {
  expect(fillTemplate({ deep: ["{{regoin}}"] }, values)).toMatchObject({
    kind: "unknown",
    name: "regoin",
    nearest: "region",
  });
  expect(unknownTemplate(["slot", "etag"])?.message).toBe(
    "a template must be one of {{uuid}}, {{step_uuid}}, {{region}}, {{slot}}, {{timestamp}}; got {{etag}}",
  );
});

test("names of objects' own machinery are unknown", () => {
  expect(fillTemplate("{{constructor}}", values)).toMatchObject({ kind: "unknown", nearest: null });
  expect(fillTemplate("{{__proto__}}", values)).toMatchObject({ kind: "unknown" });
});

test("a key named __proto__ stays a plain key", () => {
  const body = JSON.parse('{"__proto__": {"x": "{{uuid}}"}}');
  const copy = mapTexts(body, (text) => text.replace("{{uuid}}", "filled"));
  expect(JSON.stringify(copy)).toBe('{"__proto__":{"x":"filled"}}');
});

test("a text without templates comes back as it went in", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!JSON.stringify(value).includes("{{"));
      expect(fillTemplate(value, values)).toEqual({ kind: "filled", value });
    }),
  );
});
