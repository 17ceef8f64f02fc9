import { expect, it } from "vitest";
import { decode } from "../../src/language/decode.js";

const UTF16 = expect.stringContaining("UTF-16") as string;
const MISREAD = expect.stringContaining("not valid UTF-8") as string;

it("takes UTF-8 as it is, with its mark", () => {
  expect(decode(Buffer.from("\uFEFFé日😀"))).toEqual({ text: "\uFEFFé日😀" });
  expect(decode(Buffer.from(""))).toEqual({ text: "" });
});

it("says that text is not UTF-8, and keeps what is", () => {
  expect(decode(Buffer.from("größe", "latin1"))).toEqual({ text: "größe", warning: MISREAD });
  const both = Buffer.concat([Buffer.from("é日😀\u{10ffff}"), Buffer.from("é", "latin1")]);
  expect(decode(both)).toEqual({ text: "é日😀\u{10ffff}é", warning: MISREAD });
});

it.each([
  ["a surrogate", [0xed, 0xa0, 0x80]],
  ["an overlong form", [0xc0, 0xaf]],
  ["an overlong form of three bytes", [0xe0, 0x80, 0xaf]],
  ["more than Unicode has", [0xf4, 0x90, 0x80, 0x80]],
  ["a cut character", [0xe6, 0x97]],
])("reads %s byte by byte", (_name, bytes) => {
  expect(decode(Uint8Array.from(bytes))).toEqual({ text: String.fromCharCode(...bytes), warning: MISREAD });
});

it("knows UTF-16 by its mark, in either order", () => {
  const text = "\uFEFFé日😀";
  const little = Buffer.from(text, "utf16le");
  expect(decode(little)).toEqual({ text, warning: UTF16 });
  expect(decode(Buffer.from(little).swap16())).toEqual({ text, warning: UTF16 });
});

it("finds no text in zero bytes", () => {
  expect(decode(Uint8Array.of(83, 81, 0, 76))).toEqual({ error: "it is a binary file" });
});
