import { Button, Textarea, TextInput } from "@mantine/core";
import { listArticles, putArticles, type ArticleRow } from "@relance/contract/articles";
import { listStores } from "@relance/contract/catalog";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ask, askPages, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty, Waiting } from "../../ui/page.tsx";
import { Frame } from "./frame.tsx";
import { History } from "./history.tsx";
import { Fresh, More, NothingFound, useMayChange } from "./shared.tsx";
import { catalogWords } from "./words.ts";

export function Articles() {
  const say = useWords(catalogWords);
  const { number, moment } = useFormats();
  const now = useNow();
  const may = useMayChange();
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<ArticleRow | "new" | null>(null);
  const stores = new Map((useQuery(ask(listStores, {})).data?.items ?? []).map((one) => [one.id, one.name]));
  const list = useInfiniteQuery(
    askPages(listArticles, (after) => ({
      query: {
        limit: 50,
        archived: "false" as const,
        ...(search.trim() !== "" && { search: search.trim() }),
        ...(after !== undefined && { after }),
      },
    })),
  );
  const rows = list.data?.pages.flatMap((one) => one.items);
  const total = list.data?.pages[0]?.total;
  return (
    <Frame
      part="articles"
      note={total === undefined ? undefined : say.articles(total, number(total))}
      actions={
        may && (
          <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setOpen("new")}>
            {say.add.article}
          </Button>
        )
      }
    >
      <RefusalNote error={list.error} />
      {!rows && !list.error && <Waiting lines={6} />}
      {total === 0 && <Empty title={say.noArticles} text={say.noArticlesText} />}
      {rows && total !== 0 && (
        <div className="catalog-filters">
          <TextInput
            type="search"
            aria-label={say.findArticle}
            placeholder={say.findArticle}
            leftSection={<IconSearch size={16} stroke={1.5} />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
      )}
      {rows && total !== 0 && rows.length === 0 && <NothingFound clear={() => setSearch("")} />}
      {rows && rows.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th>{say.articleTitle}</th>
              <th>{say.language}</th>
              <th className="wide">{say.store}</th>
              <th className="wide">{say.source}</th>
              <th className="right" title={say.readersHelp}>
                {say.readers}
              </th>
              <th className="right wide">{say.published}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.id}>
                <td>
                  <button type="button" className="link-button" style={{ textAlign: "left" }} onClick={() => setOpen(one)}>
                    <b>{one.title}</b>
                  </button>
                  <div className="tiny faint">{one.tags.join(", ")}</div>
                </td>
                <td>{one.language}</td>
                <td className="wide">{one.store === null ? <span className="faint">{say.everyStore}</span> : stores.get(one.store)}</td>
                <td className="wide">
                  <Fresh {...one} />
                </td>
                <td className="right">{number(one.readers)}</td>
                <td className="right wide">{moment(one.publishedAt, now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More list={list} />
      {open !== null && (
        <ArticleDialog key={open === "new" ? "new" : open.id} article={open === "new" ? null : open} close={() => setOpen(null)} />
      )}
    </Frame>
  );
}

function ArticleDialog({ article, close }: { readonly article: ArticleRow | null; readonly close: () => void }) {
  const say = useWords(catalogWords);
  const { language: reader } = useLanguage();
  const form = useId();
  const may = useMayChange();
  const put = useChange(putArticles);
  const [values, setValues] = useState({
    externalId: article?.externalId ?? "",
    language: article?.language ?? reader,
    title: article?.title ?? "",
    summary: article?.summary ?? "",
    url: article?.url ?? "",
    imageUrl: article?.imageUrl ?? "",
    author: article?.author ?? "",
    tags: article?.tags.join(", ") ?? "",
  });
  const input = (
    one: keyof typeof values,
    label: string,
    more: { required?: boolean; description?: string; type?: string; maxLength?: number } = {},
  ) => (
    <TextInput
      label={label}
      {...more}
      value={values[one]}
      onChange={(event) => {
        put.reset();
        setValues({ ...values, [one]: event.currentTarget.value });
      }}
    />
  );
  const none = (text: string): string | null => text.trim() || null;
  const send = (archived: boolean): void =>
    put.mutate(
      {
        body: {
          articles: [
            {
              externalId: values.externalId,
              language: values.language,
              title: values.title,
              summary: none(values.summary),
              url: none(values.url),
              imageUrl: none(values.imageUrl),
              author: none(values.author),
              tags: values.tags
                .split(",")
                .map((one) => one.trim())
                .filter((one) => one !== ""),
              archived,
            },
          ],
        },
      },
      { onSuccess: close },
    );
  return (
    <Dialog
      wide
      title={article?.title ?? say.add.article}
      close={close}
      closeWord={say.cancel}
      foot={
        may && (
          <>
            {article && (
              <Button variant="subtle" color="garance" onClick={() => send(true)}>
                {say.archive}
              </Button>
            )}
            <Button variant="default" onClick={close}>
              {say.cancel}
            </Button>
            <Button type="submit" form={form} loading={put.isPending}>
              {say.save}
            </Button>
          </>
        )
      }
    >
      <form
        id={form}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          send(false);
        }}
      >
        {input("title", say.articleTitle, { required: true, maxLength: 500 })}
        {article === null && (
          <div className="two-fields">
            {input("externalId", say.id, { required: true, description: say.idHelp, maxLength: 200 })}
            {input("language", say.language, { required: true, description: say.languageHelp, maxLength: 2 })}
          </div>
        )}
        <Textarea
          label={say.summary}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={5_000}
          value={values.summary}
          onChange={(event) => setValues({ ...values, summary: event.currentTarget.value })}
        />
        <div className="two-fields">
          {input("url", say.link, { type: "url" })}
          {input("imageUrl", say.image, { type: "url" })}
          {input("author", say.author, { maxLength: 200 })}
          {input("tags", say.tags, { description: say.tagsHelp })}
        </div>
        <RefusalNote error={put.error} />
      </form>
      {article && <History kind="article" object={article.id} />}
    </Dialog>
  );
}
