import { test } from "vitest";
import { productWorkload } from "./product-workload.ts";
import { FIRST, SEEDS, tellAll } from "./seeds.ts";

// Half of the seeds; the other half is a file of its own, told on the other core.
const seeds = Array.from({ length: SEEDS }, (_, index) => FIRST + index).filter((seed) => seed % 2 === 1);

test(`the product, the odd ones of ${SEEDS} seeds from ${FIRST} (again with: npm run simulate -- --seed N): nobody is lost, nobody is mailed twice, all books add up`, async () => {
  await tellAll(seeds, productWorkload);
}, 900_000);
