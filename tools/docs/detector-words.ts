import type { DetectorName } from "../../functions/forwarder/stages/rules/types.ts";

interface DetectorWords {
  readonly finds: string;
  /** In each of these it finds something. */
  readonly suchAs: readonly string[];
  /** In none of these, which look alike. */
  readonly butNot: readonly string[];
}

/** What docs/rules.md says of the built-in detectors. A test tries all examples. */
export const DETECTOR_WORDS: Readonly<Record<DetectorName, DetectorWords>> = {
  email: {
    finds: "e-mail addresses, in any script",
    suchAs: ["anna@example.com", '"anna b"@example.com'],
    butNot: ["icon@2x.png", "git@github.com:a/b.git", "pkg@1.2.3", "root@host"],
  },
  ipv4: {
    finds: "IPv4 addresses, and host names that hold one; in doubt, four numbers are an address",
    suchAs: ["10.0.0.1:443", "ip-10-0-0-1"],
    butNot: ["version 1.2.3.4", "Chrome/1.2.3.4", "1.3.6.1.2.1.1.3.0"],
  },
  ipv6: {
    finds: "IPv6 addresses that no letter or digit touches",
    suchAs: ["[2001:db8::1]:443", "fe80::1%eth0"],
    butNot: ["Face::Bed", "10:00:00", "00:11:22:33:44:55:66:77"],
  },
  "credit-card": {
    finds:
      "card numbers of 13 to 19 digits, as issuers hand them out, with a valid check digit (Luhn), in one group or in groups as on a card",
    suchAs: ["4111 1111 1111 1111", "378282246310005"],
    butNot: ["4111111111111112", "17953661230041111111", "0.4111111111111111"],
  },
  "aws-access-key": {
    finds: "ids of AWS access keys",
    suchAs: ["AKIAIOSFODNN7EXAMPLE"],
    butNot: ["AKIAIOSFODNN7"],
  },
  "aws-secret-key": {
    finds: "AWS's secret keys and session tokens: by a name before them, or because they look drawn by chance",
    suchAs: ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "secretAccessKey: aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd"],
    butNot: ["da39a3ee5e6b4b0d3255bfef95601890afd80709", "com/example/orders/OrderServiceV2/OrderController"],
  },
  jwt: {
    finds: "JSON web tokens, signed or encrypted, also without their signature",
    suchAs: ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"],
    butNot: ["eyJhIjoxfQ", "heyJude.mp3"],
  },
  "bearer-token": {
    finds: "the token behind `Bearer`, `access_token` or `refresh_token`, from 8 characters on",
    suchAs: ["Authorization: Bearer abc.def-123", "?access_token=0a1b2c3d4e5f6071"],
    butNot: ["bearer authentication failed", "Bearer abc"],
  },
  "datadog-api-key": {
    finds: 'Datadog\'s API and application keys: by a name that ends in "key" before them, or by their own prefix',
    suchAs: ["DD-API-KEY: 0123456789abcdef0123456789abcdef", "ddapp_0123456789abcdefGHIJ"],
    butNot: ["trace_id=0123456789abcdef0123456789abcdef"],
  },
  "private-key": {
    finds:
      "private keys in PEM, of OpenSSH, PGP and SSH2, from the first line to the last, also over several events of a stream; and those in base64 once more, as in secrets of Kubernetes",
    suchAs: ["-----BEGIN RSA PRIVATE KEY-----", "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUV2"],
    butNot: ["-----BEGIN CERTIFICATE-----", "no -----BEGIN PRIVATE KEY----- in the file"],
  },
};
