export const handler = () => ({});
