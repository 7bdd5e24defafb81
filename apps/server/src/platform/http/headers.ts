import type { FastifyReply, FastifyRequest } from "fastify";

// Mantine sets style attributes on elements (positions, sizes), which a nonce cannot cover; scripts stay strict.
const APP_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Headers of every answer (SECURITY §6); routes that serve strangers' bytes set a stricter policy of their own. */
export function securityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header("content-security-policy", APP_POLICY);
  reply.header("x-content-type-options", "nosniff");
  reply.header("referrer-policy", "same-origin");
  reply.header("cross-origin-opener-policy", "same-origin");
  reply.header("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()");
  if (request.protocol === "https") reply.header("strict-transport-security", "max-age=31536000; includeSubDomains");
  if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
}
