import { CHART_WIDTH, type Drawing, draw } from "./charts/draw.ts";
import { html, type Markup, trusted } from "./markup.ts";

/** A drawing as wide as its card, with what its colours mean beside it. */
export const figure = (caption: string, drawing: Drawing, legend?: Markup, note?: string): Markup =>
  html`<figure><figcaption>${caption}</figcaption>
${legend}
${svg(drawing)}
${note && html`<p class="small muted">${note}</p>`}</figure>
`;

/** Instead of a drawing that would have nothing in it. */
export const sentence = (caption: string, text: string): Markup =>
  html`<figure><figcaption>${caption}</figcaption><p>${text}</p></figure>
`;

export const svg = (drawing: Drawing, classes = ""): Markup =>
  html`<svg ${classes && html`class="${classes}" `}viewBox="0 0 ${drawing.width ?? CHART_WIDTH} ${drawing.height}" role="img" aria-label="${drawing.label}">${trusted(draw(drawing))}</svg>`;
