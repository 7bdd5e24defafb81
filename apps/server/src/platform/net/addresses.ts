import { BlockList, isIP } from "node:net";

/**
 * Judges addresses, after resolution, at connect (SECURITY #8). Everything that is not ordinary unicast space of the internet is
 * refused: the lists follow the IANA special-purpose registries (RFC 6890 and updates).
 */
const NOT_PUBLIC_4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];
// Public IPv6 is 2000::/3 only; of that, what is special. Forms that carry an IPv4 address are judged by it, see embedded().
const NOT_PUBLIC_6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["2620:4f:8000::", 48],
  ["3fff::", 20],
  ["5f00::", 16],
];

const blocked = new BlockList();
for (const [network, bits] of NOT_PUBLIC_4) blocked.addSubnet(network, bits, "ipv4");
for (const [network, bits] of NOT_PUBLIC_6) blocked.addSubnet(network, bits, "ipv6");

/** Whether an address (not a name) is an ordinary one of the public internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !blocked.check(address, "ipv4");
  if (family !== 6 || address.includes("%")) return false;
  const groups = groupsOf(address);
  const inner = embedded(groups);
  if (inner !== null) return isPublicAddress(inner);
  if ((groups[0]! & 0xe000) !== 0x2000) return false;
  return !blocked.check(address, "ipv6");
}

/** The IPv4 address inside a NAT64 address (64:ff9b::/96); mapped, compatible, 6to4, Teredo and local NAT64 forms have no business here. */
function embedded(groups: readonly number[]): string | null {
  if (groups[0] === 0x64 && groups[1] === 0xff9b && groups.slice(2, 6).every((group) => group === 0)) {
    return [groups[6]! >> 8, groups[6]! & 0xff, groups[7]! >> 8, groups[7]! & 0xff].join(".");
  }
  return null;
}

function groupsOf(address: string): number[] {
  let text = address.toLowerCase();
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (dotted) {
    const [a, b, c, d] = dotted.slice(1).map(Number) as [number, number, number, number];
    text = `${text.slice(0, dotted.index)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const [head = "", tail] = text.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const middle = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...middle, ...right].map((group) => Number.parseInt(group, 16));
}

/** What the operator allows although it is not public: names, addresses and networks (`10.1.0.0/16`) of RELANCE_ALLOW_PRIVATE_HOSTS. */
export function allowList(entries: readonly string[]): {
  readonly name: (host: string) => boolean;
  readonly address: (address: string) => boolean;
} {
  const names = new Set<string>();
  const networks = new BlockList();
  for (const entry of entries) {
    const [address = "", bits] = entry.split("/");
    const bare = address.replace(/^\[|\]$/g, "");
    const family = isIP(bare);
    if (family === 0) names.add(entry.toLowerCase().replace(/\.$/, ""));
    else if (bits === undefined) networks.addAddress(bare, family === 4 ? "ipv4" : "ipv6");
    else networks.addSubnet(bare, Number(bits), family === 4 ? "ipv4" : "ipv6");
  }
  return {
    name: (host) => names.has(host.toLowerCase().replace(/\.$/, "")),
    address: (address) => isIP(address) !== 0 && networks.check(address, isIP(address) === 4 ? "ipv4" : "ipv6"),
  };
}

/** Whether an address someone typed may be called at all: https, or plain http where the operator allowed the host; no user in it. The port judges the address itself at each call. */
export function mayCall(url: string, allowed: readonly string[]): boolean {
  const { protocol, hostname, username } = new URL(url);
  const list = allowList(allowed);
  return username === "" && (protocol === "https:" || list.name(hostname) || list.address(hostname));
}
