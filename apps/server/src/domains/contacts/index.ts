/** Contacts, who they are, and the groups they are in. */
export { changeContacts, currentContact, loadContacts, lockContacts } from "./change.ts";
export { conflictRoutes } from "./conflict-routes.ts";
export { isField, type Contact } from "./columns.ts";
export { insertGroup, joinGroups, leaveGroups, renameGroup, selectGroups } from "./groups.ts";
export { mergeRoutes } from "./merge-routes.ts";
export { eraseRows, holdPerson, leftOf, sweepErased, type Traces } from "./erase.ts";
export { erasedAmong, erasedKeys, rememberErased, type ErasedKey } from "./erased.ts";
export { contactOwnedTables } from "./owned.ts";
export { lookupBucket, recordContacts } from "./record.ts";
export type { Claim } from "./claim.ts";
export { idsOfBuckets, seenLast, setAttribute } from "./queries.ts";
export { phoneReader } from "./phone.ts";
export { attributeSample, columnFill, contactsOfUsers, findByIdentity, knownAttributes } from "./reading.ts";
export { noteLikenesses } from "./likeness.ts";
export { countOpen } from "./conflicts.ts";
export { contactRoutes, inTransaction, removeGroup } from "./routes.ts";
export { editContacts } from "./write.ts";
