// npm run oracle -- 20000: so many random rules of every kind, asked in SQL and by their meaning. Their seed: npm run oracle -- 20000 autumn
import { spawnSync } from "node:child_process";

const [rules = "20000", seed = "relance"] = process.argv.slice(2);
const { status } = spawnSync("vitest", ["run", "--project", "db", "rule-sql.db"], {
  stdio: "inherit",
  env: { ...process.env, ORACLE_RULES: rules, ORACLE_SEED: seed },
});
process.exit(status ?? 1);
