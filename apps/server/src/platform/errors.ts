/**
 * A failure the caller can act on. Every domain declares its own in its `errors.ts` by `coded(...)`; one handler turns them into
 * answers. Anything else that reaches the handler is a surprise: logged with its stack, answered 500 without detail.
 */
export class CodedError extends Error {
  override readonly name = "CodedError";
  readonly code: string;
  readonly status: number;
  readonly field: string | undefined;
  readonly problems: readonly FieldProblem[] | undefined;
  /** After how many seconds trying again makes sense; answered as Retry-After. */
  readonly retryAfter: number | undefined;
  /** What the message speaks of; with the code it can be said in any language. */
  readonly params: Readonly<Record<string, unknown>>;

  constructor(input: {
    code: string;
    params?: Readonly<Record<string, unknown>>;
    status: number;
    message: string;
    field?: string | undefined;
    problems?: readonly FieldProblem[];
    retryAfter?: number;
    cause?: unknown;
  }) {
    super(input.message, { cause: input.cause });
    this.code = input.code;
    this.status = input.status;
    this.field = input.field;
    this.problems = input.problems;
    this.retryAfter = input.retryAfter;
    this.params = input.params ?? {};
  }
}

export interface FieldProblem {
  /** Path of the input at fault, e.g. `rule.of[2].is.value`. */
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Declares one coded error: ``const segmentNotFound = coded("segment.not_found", 404, (input: { id: Id }) => `No segment ${input.id}`)``.
 * The code is stable, the status is HTTP's, the message is an English sentence that says what to do.
 */
export function coded<Input extends object>(code: string, status: number, message: (input: Input) => string) {
  return (input: Input, more: { field?: string; problems?: readonly FieldProblem[]; retryAfter?: number; cause?: unknown } = {}) =>
    new CodedError({ code, status, message: message(input), params: input as Readonly<Record<string, unknown>>, ...more });
}

export const absent = coded("absent", 404, (input: { what: string }) => `No such ${input.what} in this workspace.`);
export const invalid = coded("invalid", 422, (input: { message: string }) => input.message);
