import { hostName } from "./formats.ts";
import type { SettingRows } from "./setting-row.ts";
import { flag, integer } from "./shapes.ts";

export const INTAKE_SETTINGS = {
  site: {
    shape: hostName,
    otherwise: "`datadoghq.com`",
    means: "Datadog site.",
    example: "datadoghq.eu",
    question: "Datadog site",
  },
  intakeHost: {
    shape: hostName,
    otherwise: "the site's intake",
    means: "Host name of a proxy, or of a stand-in, that is sent to instead.",
    example: "logs-proxy.example.com",
  },
  intakePort: {
    shape: integer(1, 65_535),
    otherwise: "443, or 80 without TLS",
    means: "Its port.",
    example: 8443,
  },
  intakeTls: {
    shape: flag,
    default: true,
    means: "`false`: plain HTTP.",
    example: false,
  },
} as const satisfies SettingRows;
