/** Progress is for a person, and stays out of a file that the report goes into. */
export const say = (text: string) => process.stderr.write(`${text}\n`);
