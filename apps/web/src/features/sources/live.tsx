import { SourcesHead } from "./head.tsx";

export function LivePage() {
  return <SourcesHead shown="live" />;
}
