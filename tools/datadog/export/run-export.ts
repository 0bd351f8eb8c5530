import { readArguments, UsageError } from "../../arguments.ts";
import { apiBodies } from "../plan/api-bodies.ts";
import { CHOICES_HELP, CHOICES_OPTIONS, choicesOf } from "../plan/options.ts";
import { apiRequests } from "./api-requests.ts";
import { terraform } from "./terraform.ts";

const HELP = `Prints what apply would make, for those who make it otherwise. It needs no key.

Usage: npm run --silent datadog -- export --format FORMAT [options] > FILE

  --format FORMAT         terraform: a file for Datadog's provider, .tf.json;
                          json: the requests to Datadog's API
${CHOICES_HELP}
  --help                  this text

They have no mark: apply and remove don't know what was made this way. The order
of indexes is in neither; the index must come before one that takes every log.
Exit code: 0, or 2 if it was called wrongly.
`;

const FORMATS = { terraform, json: apiRequests };

/** `datadog export`. @returns the exit code */
export async function runExport(args: readonly string[]): Promise<number> {
  const { values } = readArguments({
    args: [...args],
    options: { ...CHOICES_OPTIONS, format: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { format = "" } = values;
  if (!isFormat(format)) throw new UsageError(`--format must be one of ${Object.keys(FORMATS).join(", ")}.`);
  process.stdout.write(`${JSON.stringify(FORMATS[format](await apiBodies(choicesOf(values))), undefined, 2)}\n`);
  return 0;
}

const isFormat = (format: string): format is keyof typeof FORMATS => Object.hasOwn(FORMATS, format);
