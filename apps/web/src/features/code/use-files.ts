import type { CodeFile } from "@relance/contract/code";
import { findCodePath } from "@relance/model/code";
import { useState } from "react";

/** A file on the page. `key`: stays while its path is typed. */
export interface Held extends CodeFile {
  readonly key: number;
}

/** Where in a file the reader is led. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

export interface Files {
  readonly all: readonly Held[];
  readonly chosen: Held | null;
  /** Files given that no object's are. */
  readonly ignored: number;
  /** Grows with each change. */
  readonly revision: number;
  readonly choose: (key: number) => void;
  /** Adds files, in place of those with the same path. */
  readonly put: (given: readonly CodeFile[]) => void;
  readonly take: (files: readonly File[]) => Promise<void>;
  readonly write: (key: number, change: Partial<CodeFile>) => void;
  readonly blank: () => void;
  readonly remove: (key: number) => void;
  readonly clear: () => void;
}

interface State {
  readonly all: readonly Held[];
  readonly chosen: number | null;
  readonly ignored: number;
  readonly revision: number;
  readonly next: number;
}
const NONE: State = { all: [], chosen: null, ignored: 0, revision: 0, next: 1 };

/** The files that are being compared with the workspace. */
export function useFiles(): Files {
  const [state, set] = useState(NONE);
  const change = (next: (now: State) => Partial<State>): void => set((now) => ({ ...now, revision: now.revision + 1, ...next(now) }));
  const put = (given: readonly CodeFile[], ignored = 0): void =>
    change((now) => {
      const fresh = given.map((file, at): Held => ({ ...file, key: now.next + at }));
      const all = [...now.all.filter((one) => !given.some((file) => file.path === one.path)), ...fresh].sort((a, b) =>
        a.path < b.path ? -1 : 1,
      );
      return { all, ignored, next: now.next + given.length, chosen: fresh[0]?.key ?? now.chosen };
    });
  const take = async (files: readonly File[]): Promise<void> => {
    const read = await Promise.all(
      files.map(async (file): Promise<CodeFile | null> => {
        const text = await file.text().catch(() => null); // a folder that was dropped is no file
        const path = text === null ? null : findCodePath(file.webkitRelativePath || file.name, text);
        return path === null ? null : { path, text: text! };
      }),
    );
    const known = read.filter((file) => file !== null);
    put(known, read.length - known.length);
  };
  // What is pasted says by itself what it is, until somebody names it.
  const named = (file: Held, next: Held): Held =>
    file.path === "" && next.path === "" ? { ...next, path: findCodePath("", next.text) ?? "" } : next;
  return {
    ...state,
    chosen: state.all.find((one) => one.key === state.chosen) ?? null,
    put,
    take,
    choose: (key) => set((now) => ({ ...now, chosen: key })),
    write: (key, part) => change((now) => ({ all: now.all.map((one) => (one.key === key ? named(one, { ...one, ...part }) : one)) })),
    blank: () => change((now) => ({ all: [...now.all, { key: now.next, path: "", text: "" }], next: now.next + 1, chosen: now.next })),
    remove: (key) =>
      change((now) => ({ all: now.all.filter((one) => one.key !== key), chosen: now.all.find((one) => one.key !== key)?.key ?? null })),
    clear: () => change(() => ({ all: [], chosen: null, ignored: 0 })),
  };
}
