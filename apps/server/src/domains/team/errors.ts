import { coded } from "../../platform/errors.ts";

export const signInRefused = coded("session.refused", 401, () => "The e-mail address or the password is wrong.");
export const invitationUsed = coded("invitation.used", 410, () => "This link was used or has expired; ask for a new one.");
export const passwordWrong = coded("password.wrong", 422, () => "The current password is wrong.");
export const lastAdmin = coded("member.last_admin", 409, () => "A workspace keeps at least one administrator.");
export const beyondOwnRights = coded("role.beyond_own", 403, () => "Nobody gives more rights than they have.");
