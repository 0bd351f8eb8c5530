import { spansOf } from "./matches.ts";

/**
 * Ids of AWS access keys, and all capitals and digits that touch their end. A run with 16 of them is taken to its
 * end; a shorter one costs at most 16 steps.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids (2026-11)
 */
const AWS_ACCESS_KEY = /A(?:[KS]IA|BIA|CCA)[A-Z0-9]{16,}/g;
export const detectAwsAccessKey = (text: string) => spansOf(AWS_ACCESS_KEY, text);
