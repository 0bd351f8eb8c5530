/**
 * How the names of the log groups of functions made here begin: fixed, so that every forwarder and subscriber knows them, of other
 * stacks, too.
 */
export const OWN_LOG_GROUPS = "/sidecarless/";

/** Also of another deployment. */
export const isOwnLogGroup = (name: string): boolean => name.startsWith(OWN_LOG_GROUPS);
