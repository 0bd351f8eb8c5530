// `npm run bundle`. What is bundled, and how, is in tools/bundle: commands that run the functions call it, too.
import { bundleFunctions } from "./tools/bundle/bundle-functions.ts";

await bundleFunctions();
