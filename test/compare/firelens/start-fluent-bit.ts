/** Starts a Fluent Bit, says its process id, and waits: for a test that ends this process. `FILE CONFIG SOCKET` */
import { startFluentBit } from "../../../compare/firelens/fluent-bit-process.ts";

const [file = "", configFile = "", socketFile = ""] = process.argv.slice(2);
const running = await startFluentBit({ file, configFile, environment: {}, listens: [socketFile] });
process.stdout.write(`pid ${running.pid}\n`);
setInterval(() => undefined, 60_000);
