// The package ships no types. What we use of it.
declare module "mjml" {
  export default function mjml2html(
    source: string,
    options?: {
      validationLevel?: "strict" | "soft" | "skip";
      ignoreIncludes?: boolean;
      fonts?: Record<string, string>;
      keepComments?: boolean;
    },
  ): Promise<{ html: string; errors?: { line: number; message: string; tagName: string }[] }>;
}
