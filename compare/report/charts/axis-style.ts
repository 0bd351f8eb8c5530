/** What all charts have in common. Colours are the page's CSS variables. */
export const FONT_SIZE = 11;
export const AXIS_LABEL = { fontSize: FONT_SIZE, color: "var(--muted)", hideOverlap: true };
export const AXIS_LINE = { show: true, onZero: false, lineStyle: { color: "var(--axis)" } };
export const GRID_LINE = { show: true, lineStyle: { color: "var(--grid)" } };
/** Nothing reacts to a pointer: it is a picture. */
export const STILL = { silent: true, emphasis: { disabled: true } };
