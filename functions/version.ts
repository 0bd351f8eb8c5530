/** Sent with every request and as the tag `forwarder_version`. A test holds it equal to package.json. */
export const VERSION = "0.1.0";
