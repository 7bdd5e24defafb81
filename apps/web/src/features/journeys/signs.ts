import { IconClock, IconDoorExit, IconFlag, IconGitFork, IconMail, IconUsersGroup } from "@tabler/icons-react";

/** The drawing of each kind of step. */
export const STEP_SIGNS = { email: IconMail, wait: IconClock, branch: IconGitFork, group: IconUsersGroup, goal: IconFlag, exit: IconDoorExit } as const;
