import { defineWords } from "../../i18n/words.ts";

/** Words of splits that choose by results, and of what they found. */
export const splitWords = defineWords({
  en: {
    choose: "Who decides",
    chooses: {
      weights: "the shares, for ever",
      winner: "the shares, until a winner is proven",
      best: "results: shares follow the best path",
    },
    on: "What counts",
    ons: { goal: "the journey’s goal reached", click: "a click in one of its messages" },
    days: "Counted after, days",
    daysHelp: "Everyone gets as long to act, then counts once.",
    explore: "Kept for trying, %",
    exploreHelp: "This share of newcomers is spread over all ways, so that a way that does badly by chance is not lost.",
    winnerNote:
      "Looked at once a day, by a test that stays honest however often one looks: equal ways are given a winner in less than one case of twenty. Afterwards newcomers take the winner; everyone else keeps their way.",
    bestNote: "Once a day, newcomers are shared out by the chance of each way to be the best. Everyone keeps the way they have.",
    needsTest: "Results need an A/B test, where everyone keeps their way.",
    results: "Results",
    way: "Way",
    people: "People",
    converted: { goal: "Goal reached", click: "Clicked" },
    share: "Newcomers",
    first: (day: string) => `Nobody counts yet. The first results come on ${day}.`,
    counting: (least: string) => `Too few people yet: at least ${least} on each way, and some who act.`,
    notProven: (name: string, by: string, low: string, high: string) =>
      `Not proven yet. ${name} is ahead by ${by}; the true difference lies between ${low} and ${high}. It may still be chance: let it run.`,
    won: (name: string, low: string, high: string, day: string) => `${name} won on ${day}: better by ${low} to ${high}. Newcomers take it.`,
    best: "Shares of newcomers follow what is known so far.",
    rate: (rate: string, low: string, high: string) => `${rate} (${low} to ${high})`,
    percent: (n: string) => `${n}%`,
    points: (n: string) => `${n} points`,
    asOf: (moment: string) => `As of ${moment}. Intervals hold the true figure at every look, 19 times of 20.`,
  },
  fr: {
    choose: "Qui décide",
    chooses: {
      weights: "les parts, pour toujours",
      winner: "les parts, jusqu’à ce qu’une voie l’emporte",
      best: "les résultats : les parts suivent la meilleure voie",
    },
    on: "Ce qui compte",
    ons: { goal: "l’objectif du scénario atteint", click: "un clic dans un de ses messages" },
    days: "Compter après, en jours",
    daysHelp: "Chacun a le même temps pour agir, puis compte une fois.",
    explore: "Part d’essai, en %",
    exploreHelp: "Cette part des nouveaux venus est répartie sur toutes les voies : une voie malchanceuse au début n’est pas perdue.",
    winnerNote:
      "Regardé une fois par jour, par un test qui reste honnête aussi souvent qu’on regarde : entre des voies égales, une gagnante est déclarée moins d’une fois sur vingt. Ensuite, les nouveaux venus prennent la gagnante ; les autres gardent leur voie.",
    bestNote:
      "Une fois par jour, les nouveaux venus sont répartis selon la chance de chaque voie d’être la meilleure. Chacun garde la voie qu’il a.",
    needsTest: "Pour suivre les résultats, il faut un test A/B, où chacun garde sa voie.",
    results: "Résultats",
    way: "Voie",
    people: "Contacts",
    converted: { goal: "Objectif atteint", click: "Ont cliqué" },
    share: "Nouveaux venus",
    first: (day) => `Personne ne compte encore. Premiers résultats le ${day}.`,
    counting: (least) => `Encore trop peu de contacts : il en faut ${least} au moins par voie, et quelques-uns qui agissent.`,
    notProven: (name, by, low, high) =>
      `Pas encore prouvé. ${name} a ${by} d’avance ; la vraie différence se situe entre ${low} et ${high}. Cela peut n’être que le hasard : laissez tourner.`,
    won: (name, low, high, day) => `${name} l’a emporté le ${day} : mieux de ${low} à ${high}. Les nouveaux venus la prennent.`,
    best: "Les parts des nouveaux venus suivent ce qui est connu à ce jour.",
    rate: (rate, low, high) => `${rate} (${low} à ${high})`,
    percent: (n) => `${n} %`,
    points: (n) => `${n} points`,
    asOf: (moment) => `Au ${moment}. Les intervalles contiennent le vrai chiffre à chaque regard, 19 fois sur 20.`,
  },
});
