/**
 * Secrets in the spellings that they have in real logs, by kind. Each is a line and what of it must not leave. All are made
 * up; card numbers are those that issuers publish for tests, or have a valid check digit by chance.
 */
const { raw } = String;

const AKIA = "AKIAQ3EGRT5XNLM2P7VA";
const AWS_SECRET = "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";
const HEX32 = "3f9a1c7e5b2d4f608a9cb1d2e3f40516";
const HEX40 = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3";
const HEADER = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
const CLAIMS = "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkFubmEifQ";
const SIGNATURE = "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
const JWT = `${HEADER}.${CLAIMS}.${SIGNATURE}`;
const SESSION = "IQoJb3JpZ2luX2VjEJr//////////wEaCWV1LXdlc3QtMSJHMEUCIQDf3kZqv9xWmT";
const PEM_LINE = "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MpXn1mW3FQbX9pKt";
const PEM_LINE_2 = "Vd4hJ7sLq0RzYc8uNwGiE2oTbAk6xPfM5jS3rQvUyWl1XnCzDgHtBe9KmZaO7pIL";
const PEM = ["-----BEGIN RSA PRIVATE KEY-----", PEM_LINE, PEM_LINE_2, "-----END RSA PRIVATE KEY-----"];

export type SecretKind =
  | "percent-encoded"
  | "JSON escapes"
  | "JSON within JSON"
  | "HTML entities"
  | "encoded surroundings"
  | "separated"
  | "other digits"
  | "other addresses"
  | "named in another way"
  | "session tokens and keys"
  | "JSON web tokens"
  | "newer card numbers"
  | "private keys"
  | "as they are";

export const SPELLED_SECRETS: readonly (readonly [kind: SecretKind, line: string, ...leaks: readonly string[]])[] = [
  ["percent-encoded", "GET /unsubscribe?email=anna.berg%40example.com&list=7 HTTP/1.1", "anna.berg", "example.com"],
  ["percent-encoded", "GET /login?user=anna%2Bshop%40example.co.uk HTTP/1.1 302", "shop%40", "anna%2B"],
  ["percent-encoded", "302 Location: /verify?to=anna%2540example.com", "anna%2540"],
  ["percent-encoded", "POST /pay card=4111+1111+1111+1111&cvc=***", "4111+1111"],
  ["percent-encoded", "POST /pay card=4111%201111%201111%201111", "4111%201111"],
  ["percent-encoded", "POST /pay card=4111%2D1111%2D1111%2D1111", "4111%2D1111"],
  ["percent-encoded", `ref=https%3A%2F%2Fapi.example.com%2F%3Ftoken%3D${JWT}`, CLAIMS],
  ["percent-encoded", "GET /cb#Authorization=Bearer%20f81d4fae7dec11d0a76500a0 HTTP/1.1", "f81d4fae7dec11d0"],
  ["percent-encoded", "GET /cb?auth=Bearer+f81d4fae7dec11d0a76500a0 HTTP/1.1", "f81d4fae7dec11d0"],
  ["percent-encoded", `GET /?aws_secret_access_key%3D${AWS_SECRET.replace("/", "%2F")}&x=1`, "KZ4mB7tYqW2xR8nJ"],
  [
    "percent-encoded",
    `X-Amz-Security-Token=${SESSION.replaceAll("/", "%2F")}&X-Amz-Expires=900`,
    "wEaCWV1LXdlc3QtMSJHM",
  ],
  ["percent-encoded", `X-Amz-Credential=${AKIA}%2F20261122%2Feu-west-1%2Fs3%2Faws4_request`, AKIA],
  ["percent-encoded", "peer=10%2E20%2E30%2E40 closed", "10%2E20%2E30", "30%2E40"],
  ["percent-encoded", "client=2001%3Adb8%3A85a3%3A%3A8a2e%3A370%3A7334 status=200", "8a2e", "370%3A7334"],
  ["percent-encoded", "GET /http%3A%2F%2F%5Bfe80%3A%3A1ff%3Afe23%3A4567%3A890a%5D%2F", "1ff%3Afe23", "4567"],
  ["percent-encoded", `body=%7B%22dd-api-key%22%3A%22${HEX32}%22%7D`, HEX32],
  ["percent-encoded", `body=api_key%3D${HEX32}%26env%3Dprod`, HEX32],
  ["percent-encoded", "q=%E2%80%9Canna%40example.com%E2%80%9D", "anna%40example"],
  ["percent-encoded", "utm=x&e=j%C3%BCrgen%40example.de&y", "rgen%40example"],

  ["JSON escapes", raw`{"email":"anna\u0040example.com"}`, "anna"],
  ["JSON escapes", raw`{"user":"anna@example\u002ecom"}`, "anna"],
  ["JSON escapes", raw`{"card":"4111\u00201111\u00201111\u00201111"}`, "4111"],
  ["JSON escapes", raw`{"card":"4111\u002d1111\u002d1111\u002d1111"}`, "4111"],
  ["JSON escapes", raw`{"auth":"Bearer\u0020f81d4fae7dec11d0a765"}`, "f81d4fae"],
  ["JSON escapes", raw`{"secretAccessKey":"9f\/KZ4mB7tYqW2xR8nJdL0sVhG5cPaEuT3iOyXkM"}`, "KZ4mB7tYqW2x"],
  ["JSON escapes", raw`php: {"aws_secret":"hV8+kR2\/mZ5xQ1wE9tY4uI7oP3aS6dF0gH+jK2lB"}`, "mZ5xQ1wE9tY4"],
  [
    "JSON escapes",
    raw`{"sessionToken":"IQoJb3JpZ2luX2VjEJr\/\/\/\/\/\/\/\/\/\/wEaCWV1LXdlc3QtMSJHMEUCIQDf3kZq"}`,
    "wEaCWV1LXdlc3QtMSJHM",
  ],
  ["JSON escapes", raw`{"url":"/x?a=1\u0026email=anna@example.com"}`, "anna@"],
  ["JSON escapes", raw`{"peer":"10\u002e20\u002e30\u002e40"}`, "20"],
  ["JSON escapes", raw`{"peer":"2001\u003adb8\u003a\u003a8a2e\u003a7334"}`, "8a2e"],
  ["JSON escapes", raw`{"header":"DD-API-KEY\u003a ${HEX32}"}`, HEX32],
  ["JSON escapes", raw`nginx {\x22dd-api-key\x22:\x22${HEX32}\x22}`, HEX32],
  ["JSON escapes", raw`nginx {\x22email\x22:\x22anna@example.com\x22}`, "anna@"],

  ["JSON within JSON", JSON.stringify({ body: JSON.stringify({ api_key: HEX32 }) }), HEX32],
  ["JSON within JSON", JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ appKey: HEX40 }) }) }), HEX40],
  [
    "JSON within JSON",
    JSON.stringify({ log: JSON.stringify({ Authorization: "Bearer abcDEFghiJKLmnop" }) }),
    "abcDEFghi",
  ],
  ["JSON within JSON", JSON.stringify({ log: raw`{"email":"anna\u0040example.com"}` }), "anna"],
  ["JSON within JSON", JSON.stringify({ log: JSON.stringify({ secretAccessKey: AWS_SECRET }) }), AWS_SECRET],
  ["JSON within JSON", JSON.stringify({ m: JSON.stringify({ card: "4111\t1111\t1111\t1111" }) }), "1111"],
  ["JSON within JSON", JSON.stringify({ m: JSON.stringify({ m: "a\n4012888888881881\nb" }) }), "4012888888881881"],
  ["JSON within JSON", JSON.stringify({ m: JSON.stringify({ headers: { "dd-api-key": [HEX32] } }) }), HEX32],
  ["JSON within JSON", JSON.stringify({ m: JSON.stringify({ rawHeaders: ["DD-API-KEY", HEX32] }) }), HEX32],
  ["JSON within JSON", JSON.stringify({ m: JSON.stringify({ ip: "to\n192.168.10.20" }) }), "192.168.10.20"],
  ["JSON within JSON", JSON.stringify({ m: JSON.stringify({ key: PEM.join("\n") }) }), PEM_LINE, PEM_LINE_2],

  ["HTML entities", "<td>anna&#64;example.com</td>", "anna"],
  ["HTML entities", "<td>anna&#x40;example&#46;com</td>", "anna"],
  ["HTML entities", "mail: anna&commat;example&period;com", "anna"],
  ["HTML entities", "mail: anna&amp;#64;example.com", "anna"],
  ["HTML entities", "{&quot;email&quot;:&quot;anna@example.com&quot;}", "anna@"],
  ["HTML entities", `{&quot;api_key&quot;:&quot;${HEX32}&quot;}`, HEX32],
  ["HTML entities", "Authorization:&nbsp;Bearer&nbsp;f81d4fae7dec11d0a765", "f81d4fae7dec"],
  ["HTML entities", "card 4111&nbsp;1111&nbsp;1111&nbsp;1111", "4111"],
  ["HTML entities", "card 4111&#45;1111&#45;1111&#45;1111", "4111"],
  ["HTML entities", "peer 10&#46;20&#46;30&#46;40", "20"],
  ["HTML entities", `&lt;SecretAccessKey&gt;${AWS_SECRET}&lt;/SecretAccessKey&gt;`, AWS_SECRET],
  ["HTML entities", "?a=1&amp;access_token=ya29.a0AfH6SMBx7Qz81kLmN&amp;b=2", "a0AfH6SMBx7"],

  ["encoded surroundings", "q=pay%204111111111111111", "4111111111111111"],
  ["encoded surroundings", "q=pay%3D4111111111111111%26", "4111111111111111"],
  ["encoded surroundings", raw`{"m":"card:\n4111111111111111\n"}`, "4111111111111111"],
  ["encoded surroundings", raw`line one\n5555555555554444\nline two`, "5555555555554444"],
  ["encoded surroundings", raw`{"m":"\u0020378282246310005"}`, "378282246310005"],
  ["encoded surroundings", raw`{"m":"from\t10.20.30.40\tto"}`, "10.20.30.40"],
  ["encoded surroundings", raw`{"m":"from\nanna@example.com\nto"}`, "anna@"],
  ["encoded surroundings", "to=%22anna@example.com%22", "anna@"],
  ["encoded surroundings", raw`"key\n${AWS_SECRET}\n"`, AWS_SECRET],
  ["encoded surroundings", `next=%2F${AWS_SECRET.replace("/", "x")}%2F`, "KZ4mB7tYqW2xR8nJ"],
  ["encoded surroundings", raw`peer\u003dfe80::1ff:fe23:4567:890a\u000a`, "fe23"],
  ["encoded surroundings", `a%20${AKIA}%20b`, AKIA],
  ["encoded surroundings", `a\\n${JWT}\\n`, CLAIMS],
  [
    "encoded surroundings",
    raw`traceback:\n  File \"x.py\"\nValueError: bad card 4012888888881881\n`,
    "4012888888881881",
  ],
  ["encoded surroundings", raw`{"error":"invalid \"anna@example.com\""}`, "anna@"],

  ["separated", "card 4111.1111.1111.1111 declined", "4111.1111"],
  ["separated", "card 4111  1111  1111  1111 declined", "4111  1111"],
  ["separated", "card 4111\u00a01111\u00a01111\u00a01111 declined", "4111\u00a01111"],
  ["separated", "card 4111\u202f1111\u202f1111\u202f1111 declined", "4111\u202f1111"],
  ["separated", "card 4111\u20131111\u20131111\u20131111 declined", "4111\u20131111"],
  ["separated", "card 4111\u20111111\u20111111\u20111111 declined", "4111\u20111111"],
  ["separated", "card 4111\u22121111\u22121111\u22121111 declined", "4111\u22121111"],
  ["separated", "card 4111\t1111\t1111\t1111 declined", "4111\t1111"],
  ["separated", raw`{"card":"4111\t1111\t1111\t1111"}`, raw`4111\t1111`],
  ["separated", "card 4111_1111_1111_1111 declined", "4111_1111"],
  ["separated", "card 4111 - 1111 - 1111 - 1111 declined", "4111 - 1111"],
  ["separated", "card 3782 822463 10005 declined", "822463"],
  ["separated", "card 3782-822463-10005 declined", "822463"],
  ["separated", "card 3056 930902 5904 declined", "930902"],
  ["separated", "card 4111\u200b1111\u200b1111\u200b1111 declined", "4111\u200b1111"],
  ["separated", "card 4111\u00ad1111\u00ad1111\u00ad1111 declined", "4111\u00ad1111"],
  ["separated", "card 4111\u00b71111\u00b71111\u00b71111 declined", "4111\u00b71111"],
  ["separated", "PAN=41111111 11111111", "41111111 1"],
  ["separated", "order 17: 5555 5555 5555 4444, 12 items", "5555 5555 5555"],
  ["separated", "anna\u200b@example.com wrote", "anna"],

  [
    "other digits",
    "card \uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11",
    "\uff11\uff11\uff11\uff11",
  ],
  [
    "other digits",
    "card \u0664\u0661\u0661\u0661 \u0661\u0661\u0661\u0661 \u0661\u0661\u0661\u0661 \u0661\u0661\u0661\u0661",
    "\u0661\u0661",
  ],
  [
    "other digits",
    "card \u06f4\u06f1\u06f1\u06f1\u06f1\u06f1\u06f1\u06f1\u06f1\u06f1\u06f1\u06f1\u06f1\u06f1\u06f1\u06f1",
    "\u06f1\u06f1",
  ],
  ["other digits", "ip \uff11\uff10\uff0e\uff12\uff10\uff0e\uff13\uff10\uff0e\uff14\uff10", "\uff13\uff10"],
  ["other digits", "ip \u0661\u0660.\u0662\u0660.\u0663\u0660.\u0664\u0660", "\u0663\u0660"],
  ["other digits", "mail anna\uff20example.com", "anna"],
  ["other digits", "mail anna\uff20example\uff0ecom", "anna"],
  [
    "other digits",
    raw`{"card":"\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11"}`,
    raw`\uff11\uff11`,
  ],

  ["other addresses", "peer 192.168.001.010 reset", "168.001"],
  ["other addresses", "peer 010.020.030.040 reset", "020.030"],
  ["other addresses", "host ip-10-0-12-34.eu-west-1.compute.internal up", "10-0-12-34"],
  ["other addresses", "ssh ec2-user@ec2-52-18-44-7.eu-west-1.compute.amazonaws.com", "52-18-44-7"],
  ["other addresses", "resolved 10-0-12-34.default.pod.cluster.local", "10-0-12-34"],
  ["other addresses", "from c-73-158-64-15.hsd1.ca.comcast.net", "73-158-64-15"],
  ["other addresses", "node=ip-172-31-5-9 Ready", "172-31-5-9"],
  ["other addresses", "ip_10_0_12_34 is down", "10_0_12_34"],
  ["other addresses", "static-84-20-31-7.example-isp.net GET /", "84-20-31-7"],
  ["other addresses", "IP 10.1.2.3.51234 > 10.9.8.7.443: Flags [S]", "10.1.2.3", "10.9.8.7"],
  ["other addresses", "java.net.ConnectException: Connection refused: db.internal/10.20.30.40:5432", "20.30.40"],
  ["other addresses", "akka.tcp://sys@10.20.30.40:2552 gated", "20.30.40"],
  ["other addresses", "X-Forwarded-For: 203.0.113.7, 10.0.0.1", "203.0.113.7", "10.0.0.1"],
  ["other addresses", "client [2001:db8:85a3::8a2e:370:7334]:443 connected", "8a2e"],
  ["other addresses", "client ::ffff:10.20.30.40 connected", "20.30.40"],
  ["other addresses", "listen fe80::1%eth0 and fd12:3456:789a::1", "fe80::1", "fd12:3456"],
  ["other addresses", "client 2001:0db8:85a3:0000:0000:8a2e:0370:7334 connected", "0370:7334"],
  ["other addresses", "route 2600:1f18:4c3a:be00::/56 via local", "1f18"],
  ["other addresses", "version check from 10.20.30.40 failed", "10.20.30.40"],
  ["other addresses", "server 10.20.30.40 driver 10.20.30.41", "10.20.30.40", "10.20.30.41"],
  ["other addresses", "DHCPREQUEST for 10.20.30.40, release 10.20.30.39", "10.20.30.40", "10.20.30.39"],

  ["named in another way", raw`{"headers":{"dd-api-key":["${HEX32}"]}}`, HEX32],
  ["named in another way", raw`{"rawHeaders":["Host","x","DD-API-KEY","${HEX32}"]}`, HEX32],
  ["named in another way", `[('Host', 'x'), ('DD-API-KEY', '${HEX32}')]`, HEX32],
  ["named in another way", `[(b'dd-api-key', b'${HEX32}'), (b'accept', b'*/*')]`, HEX32],
  ["named in another way", `map[Accept:[*/*] Dd-Api-Key:[${HEX32}]]`, HEX32],
  ["named in another way", `{"DD-APPLICATION-KEY"=>"${HEX40}"}`, HEX40],
  ["named in another way", `["api_key"]=> string(32) "${HEX32}"`, HEX32],
  ["named in another way", `[api_key] => ${HEX32}`, HEX32],
  ["named in another way", `{"name":"DD_API_KEY","value":"${HEX32}"}`, HEX32],
  ["named in another way", `- name: DD_APP_KEY\n  value: ${HEX40}`, HEX40],
  ["named in another way", `export DD_API_KEY='${HEX32}'`, HEX32],
  ["named in another way", `datadog --api-key ${HEX32} --site eu`, HEX32],
  ["named in another way", `<apiKey>${HEX32}</apiKey>`, HEX32],
  ["named in another way", `POST https://http-intake.logs.datadoghq.com/v1/input/${HEX32} 403`, HEX32],
  ["named in another way", `Settings(apiKey=${HEX32}, site=eu)`, HEX32],
  ["named in another way", `the API key is "${HEX32}"`, HEX32],
  ["named in another way", "GET /me?bearer_token=qwertzuiopas HTTP/1.1", "qwertzuiopas"],
  ["named in another way", `{"bearerToken":"qwertzuiopas"}`, "qwertzuiopas"],
  ["named in another way", `{"authorization":["Bearer","f81d4fae7dec"]}`, "f81d4fae7dec"],
  ["named in another way", `{"authorization":["Bearer","qwertzuiopas"]}`, "qwertzuiopas"],
  ["named in another way", `["Authorization","Bearer qwertzuiopas"]`, "qwertzuiopas"],
  ["named in another way", "Authorization: Bearer qwertzuiopasdfgh", "qwertzuiopasdfgh"],
  ["named in another way", "> authorization: bearer QWERTZUIOP", "QWERTZUIOP"],
  ["named in another way", "Authorization: Bearer 12|AbCdEfGhIjKlMnOpQrSt", "AbCdEfGhIj"],
  ["named in another way", "Authorization: Bearer tenant-7:s3cr3tvalue", "s3cr3tvalue"],
  ["named in another way", "map[Authorization:[Bearer f81d4fae7dec11d0]]", "f81d4fae7dec11d0"],
  ["named in another way", "('Authorization', 'Bearer f81d4fae7dec11d0')", "f81d4fae7dec11d0"],
  ["named in another way", "(b'authorization', b'Bearer qwertzuiopas')", "qwertzuiopas"],
  ["named in another way", `curl -H "Authorization: Bearer qwertzuiopas" https://x`, "qwertzuiopas"],
  ["named in another way", `{"name":"Authorization","value":"Bearer qwertzuiopas"}`, "qwertzuiopas"],
  ["named in another way", `"Proxy-Authorization"=>"Bearer f81d4fae7dec11d0"`, "f81d4fae7dec11d0"],
  ["named in another way", `GET /me?access_token=ya29.a0AfH6SMBx7Qz81k`, "a0AfH6SMBx7"],
  ["named in another way", `{"token_type":"Bearer","access_token":"f81d4fae7dec11d0a765"}`, "f81d4fae7dec11d0"],
  ["named in another way", "BEARER_TOKEN=f81d4fae7dec11d0", "f81d4fae7dec11d0"],

  ["session tokens and keys", `AWS_SESSION_TOKEN=${SESSION}`, "wEaCWV1LXdlc3QtMSJHM"],
  ["session tokens and keys", `x-amz-security-token: FwoGZXIvYXdzEBYaDKJ8n3mLqRtYv2wXzSLKAd0`, "EBYaDKJ8n3mL"],
  [
    "session tokens and keys",
    `{"SessionToken":"${SESSION}","Expiration":"2026-11-22T10:00:00Z"}`,
    "wEaCWV1LXdlc3QtMSJHM",
  ],
  ["session tokens and keys", `credentials ${SESSION} expired`, "wEaCWV1LXdlc3QtMSJHM"],
  ["session tokens and keys", `<SessionToken>${SESSION}</SessionToken>`, "wEaCWV1LXdlc3QtMSJHM"],
  ["session tokens and keys", "AWS_SECRET_ACCESS_KEY=7XKQ2M9VR4TBN8WZ3CYH6PDL5SGJ1FAEUXO0IQM4", "7XKQ2M9VR4TB"],
  ["session tokens and keys", "found 7XKQ2M9VR4TBN8WZ3CYH6PDL5SGJ1FAEUXO0IQM4 in the log", "7XKQ2M9VR4TB"],
  ["session tokens and keys", `aws_secret=${AWS_SECRET}`, AWS_SECRET],
  ["session tokens and keys", `aws.secretKey: ${AWS_SECRET}`, AWS_SECRET],
  ["session tokens and keys", `secret access key: ${AWS_SECRET}`, AWS_SECRET],
  ["session tokens and keys", `("aws_secret_access_key", "${AWS_SECRET}")`, AWS_SECRET],
  ["session tokens and keys", `{"name":"AWS_SECRET_ACCESS_KEY","value":"${AWS_SECRET}"}`, AWS_SECRET],
  ["session tokens and keys", `GET /vault/${AWS_SECRET}/rotate 200`, "KZ4mB7tYqW2x"],
  ["session tokens and keys", "mv /tmp/Qm7Xz2Lk9RtY4vBn8WcE1sDf6GhJ3pAaUo5IiTqZ/a /b", "Qm7Xz2Lk9RtY"],
  ["session tokens and keys", "s3://bucket/Qm7Xz2Lk9RtY4vBn8WcE1sDf6GhJ3pAaUo5IiTqZ", "Qm7Xz2Lk9RtY"],
  ["session tokens and keys", `key ${AWS_SECRET}, id ${AKIA}`, AWS_SECRET, AKIA],

  ["JSON web tokens", `cookie: session=${JWT}; Path=/`, CLAIMS],
  ["JSON web tokens", `token eyAiYWxnIjogIkhTMjU2IiwgInR5cCI6ICJKV1QiIH0.${CLAIMS}.${SIGNATURE}`, CLAIMS],
  ["JSON web tokens", `token ewogICJhbGciOiAiSFMyNTYiCn0.${CLAIMS}.${SIGNATURE}`, CLAIMS],
  ["JSON web tokens", `token ew0KICJhbGciOiJSUzI1NiJ9.${CLAIMS}.${SIGNATURE}`, CLAIMS],
  ["JSON web tokens", `token ewkiYWxnIjoiSFMyNTYifQ.${CLAIMS}.${SIGNATURE}`, CLAIMS],
  ["JSON web tokens", `unsigned ${HEADER}.${CLAIMS}.`, CLAIMS],
  ["JSON web tokens", `cut off ${HEADER}.${CLAIMS}`, CLAIMS],
  ["JSON web tokens", `padded ${HEADER}=.${CLAIMS}==.${SIGNATURE}`, CLAIMS],

  ["newer card numbers", "Mir 2200031244556675", "2200031244556675"],
  ["newer card numbers", "Mir 2201700044556676", "2201700044556676"],
  ["newer card numbers", "Mir 2204-8822-1133-5576", "8822"],
  ["newer card numbers", "RuPay 6521502233445560", "6521502233445560"],
  ["newer card numbers", "RuPay 6522 1099 8877 6659", "1099 8877"],
  ["newer card numbers", "RuPay 8100001122334451", "8100001122334451"],
  ["newer card numbers", "UnionPay 8171 9999 2766 0000", "9999 2766"],
  ["newer card numbers", "RuPay 6082123456789013", "6082123456789013"],
  ["newer card numbers", "RuPay 5085123456789012", "5085123456789012"],
  ["newer card numbers", "Troy 9792 1234 5678 9018", "1234 5678"],
  ["newer card numbers", "Humo 9860123456789015", "9860123456789015"],
  ["newer card numbers", "UzCard 8600123456789012", "8600123456789012"],
  ["newer card numbers", "Mastercard 2223003122003222", "2223003122003222"],

  ["private keys", PEM.join("\n"), PEM_LINE, PEM_LINE_2],
  ["private keys", JSON.stringify({ key: PEM.join("\n") }), PEM_LINE, PEM_LINE_2],
  ["private keys", `TLS_KEY=${PEM.join("\\n")}`, PEM_LINE, PEM_LINE_2],
  ["private keys", `TLS_KEY="${PEM.join(" ")}"`, PEM_LINE, PEM_LINE_2],
  ["private keys", `key=${encodeURIComponent(PEM.join("\n"))}`, "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn"],
  ["private keys", PEM.join("\n").replaceAll("RSA", "OPENSSH"), PEM_LINE, PEM_LINE_2],
  ["private keys", PEM.join("\r\n").replaceAll("RSA", "EC"), PEM_LINE, PEM_LINE_2],
  ["private keys", PEM.join("\n").replaceAll("RSA ", ""), PEM_LINE, PEM_LINE_2],
  ["private keys", PEM.join("\n").replaceAll("RSA", "PGP").replaceAll("KEY-", "KEY BLOCK-"), PEM_LINE, PEM_LINE_2],
  ["private keys", `${PEM.slice(0, 3).join("\n")}`, PEM_LINE, PEM_LINE_2],
  [
    "private keys",
    `tls.key: ${Buffer.from(PEM.join("\n")).toString("base64")}`,
    "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVkt",
  ],

  ["as they are", "user anna@example.com logged in", "anna@"],
  ["as they are", 'From: "Anna Berg" <anna.berg@mail.example.org>', "anna.berg@"],
  ["as they are", "export-anna@example.com.csv written", "anna@"],
  ["as they are", "mail for anna@163.com bounced", "anna@"],
  ["as they are", "mail for anna@1und1.de bounced", "anna@"],
  ["as they are", `mail for "anna berg"@example.com bounced`, "anna berg"],
  ["as they are", '10.20.30.40 - - [22/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200', "10.20.30.40"],
  ["as they are", "paid with 4111111111111111", "4111111111111111"],
  ["as they are", "paid with 4111 1111 1111 1111.", "4111 1111"],
  ["as they are", `id ${AKIA}`, AKIA],
  ["as they are", "key ddapi_A1b2C3d4E5f6G7h8I9j0", "A1b2C3d4E5f6"],
];
