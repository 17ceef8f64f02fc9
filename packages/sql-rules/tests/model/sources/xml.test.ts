import { expect, it } from "vitest";
import { readXml } from "../../../src/model/sources/xml.js";

it("reads elements, attributes and text, and neither comments nor entities of its own", () => {
  const text = `<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///x">
    <x:a b='1 > 0' c:d="&lt;&e;"><!-- <b/> --><b/>t&amp;<![CDATA[<c>]]></x:a>`;
  const { document, isBroken } = readXml(text);
  expect(isBroken).toBe(false);
  expect(document.children).toEqual([
    {
      name: "a",
      attributes: { b: "1 > 0", d: "<&e;" },
      children: [{ name: "b", attributes: {}, children: [], text: "" }],
      text: "t&<c>",
    },
  ]);
});

it.each(["<a>", "<a", "<a></b>", "</a>", "<!-- a", '<a b="'])("%s is broken", (text) => {
  expect(readXml(text).isBroken).toBe(true);
});

it.each(["<a>", "<a ", '<a "', "<!--", "<![CDATA[", "&lt;"])("takes linear time for many %s", (text) => {
  const started = performance.now();
  readXml(text.repeat(100_000));
  expect(performance.now() - started).toBeLessThan(5000);
});
