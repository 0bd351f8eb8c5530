/**
 * What a text looks like that should be a key, in words; undefined if it looks like one of that kind, or like nothing known.
 * It says nothing of what is in it. https://docs.datadoghq.com/account_management/api-app-keys/ (2026-11)
 */
export function looksLike(text: string, wanted: keyof typeof KEYS): string | undefined {
  const form = FORMS.find(({ pattern }) => pattern.test(text))?.form;
  return form === KEYS[wanted] ? undefined : form;
}

const KEYS = { "API key": "an API key", "application key": "an application key" } as const;

const FORMS = [
  { pattern: /^(?:[0-9a-f]{32}|ddapi_\w+)$/i, form: KEYS["API key"] },
  { pattern: /^(?:[0-9a-f]{40}|ddapp_\w+)$/i, form: KEYS["application key"] },
  { pattern: /^pub[0-9a-f]{32}$/i, form: "a client token, which is for browsers" },
  { pattern: /^dd[ps]at_\w+$/, form: "an access token" },
  { pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, form: "the id of a key, not the key" },
  { pattern: /^arn:aws/, form: "an ARN: name it in the variable that ends in _SECRET_ARN" },
  { pattern: /^["'].*["']$/, form: "a key in quotation marks: leave them out" },
  { pattern: /^[0-9a-f]{1,31}$/i, form: "a part of an API key: it has 32 characters" },
] as const;
