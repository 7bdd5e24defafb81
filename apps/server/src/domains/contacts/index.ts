/** Contacts, who they are, and the groups they are in. */
export { changeContacts, currentContact, loadContacts, type ContactChange } from "./change.ts";
export { conflictRoutes } from "./conflict-routes.ts";
export { fieldOf, isField, type Contact } from "./columns.ts";
export { insertGroup, joinGroups, leaveGroups, renameGroup, selectGroups, type GroupMove } from "./groups.ts";
export { mergeRoutes } from "./merge-routes.ts";
export { eraseRows, holdPerson, leftOf, sweepErased, type Traces } from "./erase.ts";
export { erasedAmong, erasedKeys, rememberErased, type ErasedKey } from "./erased.ts";
export { contactOwnedTables } from "./owned.ts";
export { lookupBucket, recordContacts, type Recorded } from "./record.ts";
export type { Claim } from "./claim.ts";
export { idsOfBuckets, seenLast, setAttribute } from "./queries.ts";
export { phoneReader } from "./phone.ts";
export { attributeSample, columnFill, findByIdentity, followMerges, knownAttributes } from "./reading.ts";
export { noteLikenesses } from "./likeness.ts";
export { countOpen } from "./conflicts.ts";
export { contactRoutes, inTransaction, removeGroup } from "./routes.ts";
export { editContacts, type Edit } from "./write.ts";
