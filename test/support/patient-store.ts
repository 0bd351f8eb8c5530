import { type ReplayStore, s3Store } from "../../functions/undelivered/store.ts";

/** Only a server that never answers is too slow. */
const PATIENCE_MS = 600_000;

/** A store without limits of time: on a busy machine, a local server may need longer than S3 would get. */
export function patientStore(): ReplayStore {
  const store = s3Store("store", true);
  return {
    write: (object) => store.write(object, PATIENCE_MS),
    read: (key, _, maxBytes) => store.read(key, PATIENCE_MS, maxBytes),
    copy: (from, to) => store.copy(from, to, PATIENCE_MS),
    remove: (key) => store.remove(key, PATIENCE_MS),
    removeAll: (keys) => store.removeAll(keys, PATIENCE_MS),
    folders: () => store.folders(PATIENCE_MS),
    writeIf: (object, expected) => store.writeIf(object, expected, PATIENCE_MS),
    list: (prefix) => store.list(prefix, () => PATIENCE_MS),
  };
}
