import { predictionOfContact } from "@relance/contract/predictions";
import { RFM_NAMES } from "@relance/model/predictions";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { valueWords } from "./words.ts";

/** What a contact is worth and will do next, in the margin of their profile. */
export function ValueCard({ contact }: { readonly contact: string }) {
  const say = useWords(valueWords);
  const { language } = useLanguage();
  const { number, money, day } = useFormats();
  const data = useQuery(ask(predictionOfContact, { params: { id: contact } })).data;
  if (!data) return null;
  const { value } = data;
  const percent = (share: number) => `${number(Math.round(share * 100))}${language === "fr" ? "\u00a0" : ""}%`;
  const two = (n: number) => number(Math.round(n * 100) / 100);
  const cash = (n: number) => money(n, value!.currency);
  const whole = (n: number) => money(Math.round(n), value!.currency).replace(/[.,]00(?=\D*$)/, "");
  const fact = (name: string, text: string, fine?: string | null) => [
    <dt key={`${name}-name`}>{name}</dt>,
    <dd key={name}>
      {text}
      {fine && <div className="tiny faint">{fine}</div>}
    </dd>,
  ];
  return (
    <section>
      <h3>{say.card}</h3>
      {!value && <p className="small soft">{say.noOrders}</p>}
      {value && (
        <dl className="facts">
          {fact(
            say.group,
            RFM_NAMES[value.rfm.group][language],
            value.rfm.before && value.rfm.before !== value.rfm.group ? say.wasBefore(RFM_NAMES[value.rfm.before][language]) : null,
          )}
          {fact(say.rfm, `${value.rfm.r} – ${value.rfm.f} – ${value.rfm.m}`)}
          {fact(say.spentSoFar, cash(value.spent))}
          {value.prediction && [
            ...fact(say.stillCustomer, percent(value.prediction.alive)),
            ...fact(say.churn, percent(value.prediction.churn)),
            ...fact(say.next, value.prediction.nextOrderOn === null ? say.nextNone : day(`${value.prediction.nextOrderOn}T12:00:00Z`)),
            ...fact(say.in90, two(value.prediction.orders90)),
            ...fact(
              say.inYear,
              two(value.prediction.orders365),
              say.between(number(value.prediction.orders365Between[0]), number(value.prediction.orders365Between[1])),
            ),
            ...(value.prediction.value365 === null
              ? []
              : fact(
                  say.yearValue,
                  cash(value.prediction.value365),
                  value.prediction.value365Between &&
                    say.between(whole(value.prediction.value365Between[0]), whole(value.prediction.value365Between[1])),
                )),
            ...(value.prediction.total === null
              ? []
              : fact(
                  say.total,
                  cash(value.prediction.total),
                  value.prediction.totalBetween &&
                    say.between(whole(value.prediction.totalBetween[0]), whole(value.prediction.totalBetween[1])),
                )),
          ]}
        </dl>
      )}
      {value && !value.prediction && (
        <p className="tiny faint" style={{ marginTop: 6 }}>
          {say.cardRefused}
        </p>
      )}
    </section>
  );
}
