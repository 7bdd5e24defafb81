export function OutboxPage() { return null; }
export function NoMessage() { return null; }
export function MessagePage() { return null; }
