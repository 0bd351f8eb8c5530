/** What a name of an error must be to go into reports, metrics and S3's metadata. */
const CODE = /^[A-Za-z0-9_.: -]{1,64}$/;

/**
 * The name of an error as a code. Of a service's error the name is what the service wrote: a line break in it would make
 * a healthy store refuse what it is told about, and a long text would become a field of every report.
 */
export function codeOf(error: unknown): string {
  const name: unknown = error instanceof Error ? error.name : undefined;
  return typeof name === "string" && CODE.test(name) ? name : "unknown error";
}
