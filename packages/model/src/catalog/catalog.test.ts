import fc from "fast-check";
import { expect, test } from "vitest";
import {
  differences,
  imageOf,
  sameValue,
  takeBack,
  withNews,
  type ProductImage,
  type ProductSheet,
  type Sheet,
  type SheetValue,
} from "./index.ts";

const lamp: ProductSheet = {
  name: "Lampe",
  sku: "L1",
  translations: { fr: { name: "Lampe", description: "Douce" } },
  variants: { "L1-red": { options: { colour: "red", size: "S" } } },
};

test("news of a product changes what it names, takes away what it says is null, and leaves the rest", () => {
  const after = withNews(lamp, {
    sku: null,
    translations: [
      { language: "en", name: "Lamp" },
      { language: "fr", name: "Lampe douce" },
    ],
    variants: [{ externalId: "L1-red", imageUrl: "https://shop.example/red.jpg" }],
    attributes: { weight: 2 },
  });
  expect(after).toEqual({
    name: "Lampe",
    attributes: { weight: 2 },
    translations: { fr: { name: "Lampe douce", description: "Douce" }, en: { name: "Lamp" } },
    variants: { "L1-red": { options: { colour: "red", size: "S" }, imageUrl: "https://shop.example/red.jpg" } },
  });
  expect(differences(lamp, after).map((one) => [one.path.join("."), one.from, one.to])).toEqual([
    ["attributes.weight", null, 2],
    ["sku", "L1", null],
    ["translations.en.name", null, "Lamp"],
    ["translations.fr.name", "Lampe", "Lampe douce"],
    ["variants.L1-red.imageUrl", null, "https://shop.example/red.jpg"],
  ]);
  expect(withNews(after, {})).toEqual(after);
});

test("a variant is shown by its own image, else by that of its options, else by one of all, else by the language's", () => {
  const of = (more: Partial<ProductSheet>) => imageOf({ ...lamp, ...more }, "L1-red", "fr");
  const images: readonly ProductImage[] = [
    { url: "any", options: {} },
    { url: "red", options: { colour: "red" } },
    { url: "red small", options: { colour: "red", size: "S" } },
    { url: "blue", options: { colour: "blue" } },
  ];
  expect(of({ images })).toBe("red small");
  expect(of({ images: images.slice(0, 2) })).toBe("red");
  expect(of({ images: [images[3]!, images[0]!] })).toBe("any");
  expect(of({ images: [images[3]!], translations: { fr: { imageUrl: "french" } } })).toBe("french");
  expect(of({ images, variants: { "L1-red": { imageUrl: "own" } } })).toBe("own");
  expect(imageOf(lamp, null, "fr")).toBe(null);
});

test("taking all changes back gives the sheet before; what changed since stays and is named", () => {
  const leaf: fc.Arbitrary<SheetValue> = fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.integer(), { maxLength: 2 }),
  );
  const key = fc.constantFrom("a", "b", "c");
  const branch = fc.dictionary(key, leaf);
  const sheets = fc.dictionary(key, fc.oneof(leaf, branch)) as fc.Arbitrary<Sheet>;
  fc.assert(
    fc.property(sheets, sheets, (before, after) => {
      const changes = differences(before, after);
      expect(sameValue(takeBack(after, changes).sheet, before)).toBe(true);
      expect(takeBack(after, changes).changedSince).toEqual([]);
      expect(changes.length === 0).toBe(sameValue(before, after));
    }),
    { numRuns: 300 },
  );
  const done = takeBack({ name: "C", sku: "2" }, [
    { path: ["name"], from: "A", to: "B" },
    { path: ["sku"], from: "1", to: "2" },
  ]);
  expect(done).toEqual({ sheet: { name: "C", sku: "1" }, changedSince: [["name"]] });
});
