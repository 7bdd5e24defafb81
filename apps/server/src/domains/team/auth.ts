import { betterAuth } from "better-auth";
import pg from "pg";
import type { Config } from "../../config.ts";
import type { Secrets } from "../../platform/secrets/index.ts";

/**
 * People's accounts and sessions, kept by better-auth behind this door so that it can be replaced. Sign-up is closed: accounts are
 * made from one-time links. Sessions live in the database and are asked for at each call: no cookie cache, so an ended session is ended.
 */
export interface Auth {
  /** @returns the Set-Cookie headers of a new session, or null when address or password is wrong */
  signIn(input: { email: string; password: string; headers: Headers }): Promise<string[] | null>;
  signOut(headers: Headers): Promise<string[]>;
  session(headers: Headers): Promise<{ userId: string } | null>;
  createUser(input: { email: string; name: string; password: string; locale: string }): Promise<{ userId: string }>;
  /** The user of an address when the password is theirs. */
  verify(input: { email: string; password: string }): Promise<string | null>;
  /** Sets a password and ends every session of the user. */
  setPassword(input: { userId: string; password: string }): Promise<void>;
  endSessions(userId: string): Promise<void>;
  close(): Promise<void>;
}

export function createAuth(input: { connection: pg.PoolConfig; config: Config; secrets: Secrets }): Auth {
  // A small pool of its own: better-auth reads times as Date, our pools as milliseconds.
  const pool = new pg.Pool({ ...input.connection, max: 3, application_name: "relance sessions" });
  pool.on("error", () => undefined); // idle connections lost to a restart; the next call opens a new one
  const auth = betterAuth({
    database: pool,
    baseURL: input.config.publicUrl,
    secret: Buffer.from(input.secrets.keyFor("auth")).toString("base64"),
    telemetry: { enabled: false },
    rateLimit: { enabled: false }, // ours stands before it
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 128 },
    advanced: { cookiePrefix: "relance", useSecureCookies: input.config.publicUrl.startsWith("https:"), disableOriginCheck: true },
    session: {
      modelName: "auth_sessions",
      expiresIn: 30 * 86_400,
      updateAge: 3_600,
      cookieCache: { enabled: false },
      fields: {
        userId: "user_id",
        expiresAt: "expires_at",
        ipAddress: "ip_address",
        userAgent: "user_agent",
        createdAt: "created_at",
        updatedAt: "updated_at",
      },
    },
    user: {
      modelName: "auth_users",
      fields: { emailVerified: "email_verified", createdAt: "created_at", updatedAt: "updated_at" },
      additionalFields: { locale: { type: "string", required: false, input: false } },
    },
    account: {
      modelName: "auth_accounts",
      fields: {
        userId: "user_id",
        accountId: "account_id",
        providerId: "provider_id",
        accessToken: "access_token",
        refreshToken: "refresh_token",
        idToken: "id_token",
        accessTokenExpiresAt: "access_token_expires_at",
        refreshTokenExpiresAt: "refresh_token_expires_at",
        createdAt: "created_at",
        updatedAt: "updated_at",
      },
    },
    verification: {
      modelName: "auth_verifications",
      fields: { expiresAt: "expires_at", createdAt: "created_at", updatedAt: "updated_at" },
    },
  });
  const verify: Auth["verify"] = async ({ email, password }) => {
    const context = await auth.$context;
    const found = await context.internalAdapter.findUserByEmail(email, { includeAccounts: true });
    const hash = found?.accounts.find((account) => account.providerId === "credential")?.password;
    // The hash is computed even for an unknown address, so that the time of the answer does not tell (SECURITY #17).
    if (!found || !hash) {
      await context.password.hash(password);
      return null;
    }
    return (await context.password.verify({ hash, password })) ? found.user.id : null;
  };
  return {
    verify,
    async signIn({ email, password, headers }) {
      if ((await verify({ email, password })) === null) return null;
      const { headers: answer } = await auth.api.signInEmail({ body: { email, password }, headers, returnHeaders: true });
      return answer.getSetCookie();
    },
    async signOut(headers) {
      const { headers: answer } = await auth.api.signOut({ headers, returnHeaders: true });
      return answer.getSetCookie();
    },
    async session(headers) {
      const found = await auth.api.getSession({ headers });
      return found ? { userId: found.user.id } : null;
    },
    async createUser({ email, name, password, locale }) {
      const context = await auth.$context;
      const user = await context.internalAdapter.createUser({ email, name, emailVerified: true, locale }, { method: "email-password" });
      await context.internalAdapter.linkAccount({
        userId: user.id,
        providerId: "credential",
        accountId: user.id,
        password: await context.password.hash(password),
      });
      return { userId: user.id };
    },
    async setPassword({ userId, password }) {
      const context = await auth.$context;
      await context.internalAdapter.updatePassword(userId, await context.password.hash(password));
      await context.internalAdapter.deleteUserSessions(userId);
    },
    async endSessions(userId) {
      await (await auth.$context).internalAdapter.deleteUserSessions(userId);
    },
    close: () => pool.end(),
  };
}
