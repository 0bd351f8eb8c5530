/** What a name of an error must be to go into reports, metrics and S3's metadata. */
const CODE = /^[A-Za-z0-9_.: -]{1,64}$/;

/**
 * The name of an error as a code. Of a service's error the name is what the service wrote: a line break in it would make
 * a healthy store refuse what it is told about, and a long text would become a field of every report.
 */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const { name, code }: { readonly name: unknown; readonly code?: unknown } = error;
  // What Node says of a connection has its code there.
  const told = name === "Error" ? (code ?? name) : name;
  return asCode(told);
}

/** What a service calls an error, if it is a code. */
export const asCode = (told: unknown): string => (typeof told === "string" && CODE.test(told) ? told : "unknown error");
