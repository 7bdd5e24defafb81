export { demoArticles, demoCategories, STORES } from "./stores.ts";
export { LOYALTY_CARD } from "./card.ts";
export { demoGoods } from "./goods.ts";
export { demoChanges } from "./season.ts";
export { makePeople, makeSubscribers, type DemoPerson } from "./people.ts";
export { comesBack, liveLife, type DemoMessage } from "./behaviour.ts";
