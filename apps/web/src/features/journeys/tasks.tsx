import { Button } from "@mantine/core";
import { listTasks, settleTask } from "@relance/contract/journeys";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Part } from "../../ui/page.tsx";
import { kindWords } from "./kind-words.ts";

/** What journeys ask the team to do; nothing is shown while there is nothing. */
export function Tasks() {
  const say = useWords(kindWords);
  const { ago } = useFormats();
  const now = useNow();
  const tasks = useQuery(ask(listTasks, { query: { limit: 50 } }, true)).data?.items ?? [];
  const settle = useChange(settleTask);
  if (tasks.length === 0) return null;
  return (
    <Part title={say.tasks}>
      <RefusalNote error={settle.error} />
      <table className="plain">
        <tbody>
          {tasks.map((task) => (
            <tr key={task.id}>
              <td>
                <b>{task.title}</b>
                {task.note !== "" && (
                  <div className="small soft" style={{ whiteSpace: "pre-line" }}>
                    {task.note}
                  </div>
                )}
                <div className="tiny faint">
                  <Link to="/contacts/$contact" params={{ contact: task.contact }}>
                    {task.contactName || task.contactEmail || say.someone}
                  </Link>{" "}
                  ·{" "}
                  <Link to="/journeys/$journey" params={{ journey: task.journey }}>
                    {task.journeyName}
                  </Link>{" "}
                  · {ago(task.createdAt, now)}
                </div>
              </td>
              <td className="right">
                <Button
                  variant="default"
                  size="xs"
                  loading={settle.isPending && settle.variables.params.id === task.id}
                  onClick={() => settle.mutate({ params: { id: task.id }, body: { done: true } })}
                >
                  {say.done}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}
