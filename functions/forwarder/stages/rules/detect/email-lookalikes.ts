/** What has an @ and a dot behind it, and is no e-mail address. */

/** Begins as a version does: `pkg@1.2.3-beta.rc`, `mod@v2.0-rc.final`. `163.com` has a number, but one only. */
const VERSION =
  /^v?\d+\.\d+(?:[.+-]|$)|^v?\d+(?:[.-](?:\d+|x|(?:alpha|beta|rc|pre|preview|canary|next|nightly|dev|snapshot)\d*))+$/i;
export const isVersion = (domain: string): boolean => VERSION.test(domain);

/**
 * Ends of file names, units of systemd included, that are no top-level domain. (`.zip`, `.sh`, `.md`, `.py`, `.rs`, `.so` are.)
 * https://data.iana.org/TLD/tlds-alpha-by-domain.txt · https://www.freedesktop.org/software/systemd/man/systemd.unit.html (2026-11)
 */
const FILE_ENDINGS = new Set(
  `avif bmp bz2 class conf cpp css csv db dll dmg doc docx eot exe gif go gz heic htm html ico ini jar java jpeg jpg js json
  jsx lock log map min mjs mp3 mp4 otf parquet pdf php png ppt pptx rb rpm scss sql svg swp tar tgz tif tiff tmp toml ts tsx
  ttf txt vue war wasm wav webm webp woff woff2 xls xlsx xml xz yaml yml
  automount device mount path scope service slice socket swap target timer`.split(/\s+/),
);

/** `icon@2x.png`, `user@1000.service`; but `bob@x.com.csv` is a file named after an address. */
export function isFileName(domain: string): boolean {
  const labels = domain.split(".");
  const rest = labels.length;
  while (labels.length > 0 && FILE_ENDINGS.has((labels.at(-1) as string).toLowerCase())) labels.pop();
  return labels.length < rest && (labels.length < 2 || !/^\p{L}{2}/u.test(labels.at(-1) as string));
}

/** `git@github.com:org/repo.git`, whoever hosts it; and another user's with the end of a repository. */
export const isGitRemote = (local: string, after: string): boolean =>
  local === "git" || /^[:/][\w./~-]{1,100}\.git(?![\w-])/.test(after);

/** Java's `com.example.Order@1a2b3c.toString()`: a class name, a hash, a member that is no usual top-level domain. */
export const isJavaObject = (local: string, domain: string, after: string | undefined): boolean =>
  /(?:^|[.$;])[A-Z][\w$]*$/.test(local) &&
  /^[\da-f]{1,8}\.[a-z]\w*$/i.test(domain) &&
  /^[a-f]*\d/i.test(domain) &&
  (after === "(" || !/\.(?:com|net|org|edu|gov|info|biz|app|dev|cloud|\w\w)$/i.test(domain));

/** Nobody gets mail there: a user, or a node of a cluster, on a machine within a network. */
const MACHINE = /\.(?:svc|cluster\.local|(?:ec2|compute)\.internal|compute(?:-1)?\.amazonaws\.com)$/i;
/** In a URL also what a network calls its own: `redis://app@cache.internal:6379`. */
const OWN_MACHINE = /\.(?:internal|local|localdomain|lan|svc)$/i;
export const isMachine = (domain: string, before: string): boolean =>
  MACHINE.test(domain) || (before === "://" && OWN_MACHINE.test(domain));
