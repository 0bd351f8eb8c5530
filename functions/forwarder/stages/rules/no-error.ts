/** A mention of errors that says that there is none. */
export interface NoError {
  /** For docs/rules.md, whose table is made of these. */
  readonly what: string;
  readonly pattern: RegExp;
  readonly examples: readonly [string, ...string[]];
}

const WORD =
  "(?:errors?|errs?|exceptions?|fatals?|criticals?|panics?|failures?|failed|alerts?|timed[ _-]?out|timeouts?|crashed|unhandled|uncaught)";
const ZERO = String.raw`0{1,20}(?:\.0{1,20})?%?`;
const NOTHING = String.raw`(?:${ZERO}|null|nil|<nil>|none|undefined|false|n/a|\[\s{0,4}\]|\{\s{0,4}\})`;
const QUOTE = String.raw`\\?["']`;
/** Not the beginning of more: `0x80070005`, `0.5`, `none of these`, `null pointer`. */
const END = String.raw`(?![\w$-]|[.,:]\w| (?:of|pointer|method|reference|variable|function|symbol|positive)\b)`;
/** What may stand between a number and what is counted. */
const KIND =
  "(?:fatal|critical|severe|new|other|further|known|recent|serious|unexpected|internal|runtime|syntax|compile|compilation|type|lint|validation|unhandled|uncaught|packet|network|warnings?,? (?:or|and|nor)) ";

/** `task 0 failed`: the first one is numbered 0. */
const NOT_INDEX =
  "(?<!\\b(?:task|partition|shard|replica|worker|node|attempt|retry|try|job|step|stage|thread|process|pod|container|instance|broker|disk|gpu|cpu|rank|slot|batch|chunk|block|index|line|channel|queue|item|row|pid|number|id) )";

/** Every repetition is bounded, so that no text takes long. */
export const NO_ERRORS: readonly NoError[] = [
  {
    what: "a field without a value, or with the value 0, null, none, false and the like",
    pattern: new RegExp(
      String.raw`${WORD}[\w.-]{0,40}(?:(?:${QUOTE})?\s{0,4}(?:=>?|->)|${QUOTE}\s{0,4}:)\s{0,4}(?:${QUOTE}(?:${NOTHING}|-)?${QUOTE}|${NOTHING}${END})`,
      "gi",
    ),
    examples: ["error=0", '{"error":null}', 'err="" lastError=nil', '"errors": []', "errorRate=0.00%"],
  },
  {
    what: "a count of 0 behind a colon",
    pattern: new RegExp(
      String.raw`${WORD}(?:[ _-]?(?:count|total|rate|code|number|no|s)){0,2}[a-z]{0,20}(?:/[a-z]{1,6})?:[ \t]{0,4}${ZERO}${END}(?![ \t]{0,4}[a-z]+ )`,
      "gi",
    ),
    examples: ["errors: 0", "errorCount:0, warnings:0", "Error code: 0", "exceptions: 0.0%"],
  },
  {
    what: "a 0 right behind the plural",
    pattern: new RegExp(String.raw`(?:errors|exceptions|failures) \(?0{1,20}${END}`, "gi"),
    examples: ["RX errors 0 dropped 0", "errors (0)"],
  },
  {
    // Not those of classes, which begin with a capital: `java.lang.NullPointerException: null`.
    what: "a property that is null or undefined",
    pattern:
      /\b(?:[a-z][a-zA-Z_]{0,40}(?:[eE]rror|[eE]xception)|error|err|exception)s?: {0,2}(?:null|nil|<nil>|none|None|undefined|false|\[\]|\{\}|''|"")(?![\w-]|[.:]\w| [a-z])/g,
    examples: ["{ lastError: null, error: undefined }", "error: none", "errors: []"],
  },
  {
    // Not the last digits of a time: `10:00:00 ERROR`, `10:00:00 +0000 ERROR`; and not what has the number 0: `pid=0 ERROR`.
    what: "none, said in words",
    pattern: new RegExp(
      String.raw`(?<![\w.,#=+-]|\d:)(?:${NOT_INDEX}0{1,20}|no|zero|not(?: an?| any)?|without(?: any| an?)?|free of|never) (?:${KIND}){0,2}${WORD}(?![\w-]| handle| found for)`,
      "gi",
    ),
    examples: [
      "no errors",
      "12 passed, 0 failed",
      "finished without any error",
      "0 critical errors",
      "has not timed out",
    ],
  },
  {
    what: "words that only contain such a word",
    pattern:
      /non-?fatal|error-free|exceptional|criticality|critical (?:path|section)|severe weather|\bterrors?\b|\b(?:error|exception)_?handlers? (?:registered|installed|enabled|initiali[sz]ed|loaded|added)|\berrors?[_.]log\b/gi,
    examples: ["non-fatal", "error-free", "exceptionally large", "tail of error.log"],
  },
];
