import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ResultError } from "../result.ts";

/** Files in PEM. The certificate is its own authority, for 127.0.0.1. */
export interface Certificate {
  readonly keyFile: string;
  readonly certFile: string;
}

/** A new one: a key that is part of a program is none. @throws ResultError without openssl */
export async function newCertificate(folder: string): Promise<Certificate> {
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const options =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1";
  try {
    await promisify(execFile)("openssl", [...options.split(" "), "-keyout", keyFile, "-out", certFile]);
  } catch (error) {
    throw new ResultError("--tls needs the program openssl, 1.1.1 or later, on PATH: it did not make a certificate.", {
      cause: error,
    });
  }
  return { keyFile, certFile };
}
