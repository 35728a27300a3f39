// The ring of a finding as a picture.

/** The result of the server's command `cyclint.showGraph`. */
export interface Ring {
  code: string;
  message: string;
  help: string;
  nodes: { id: number; label: string; finalizer: boolean }[];
  edges: { from: number; to: number; label: string; weaken: boolean; location: Location }[];
}

/** A place as the protocol has it. */
export interface Location {
  uri: string;
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
}

const RADIUS = 150;
const CENTER = { x: 300, y: 220 };

/** A page with the ring. Scripts run only with the nonce; all text is escaped. */
export function page(ring: Ring, nonce: string): string {
  const place = (id: number) => {
    const angle = (2 * Math.PI * id) / ring.nodes.length - Math.PI / 2;
    return { x: CENTER.x + RADIUS * Math.cos(angle), y: CENTER.y + RADIUS * Math.sin(angle) };
  };
  const edges = ring.edges.map((edge, at) => {
    const { path, label } = curve(place(edge.from), place(edge.to));
    const style = edge.weaken ? "edge weaken" : "edge";
    return `<g class="${style}" data-edge="${at}" tabindex="0" role="link">
      <path d="${path}" marker-end="url(#arrow)"/>
      <text x="${label.x}" y="${label.y}">${at + 1}: ${escape(edge.label)}</text></g>`;
  });
  const nodes = ring.nodes.map((node) => {
    const { x, y } = place(node.id);
    const width = 20 + 8 * node.label.length;
    return `<g class="${node.finalizer ? "node finalizer" : "node"}">
      <rect x="${x - width / 2}" y="${y - 16}" width="${width}" height="32" rx="6"/>
      <text x="${x}" y="${y + 5}">${escape(node.label)}</text></g>`;
  });
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<style nonce="${nonce}">
  body { color: var(--vscode-foreground); font-family: var(--vscode-font-family); }
  svg { width: 100%; max-width: 600px; }
  text { fill: currentColor; text-anchor: middle; font-size: 13px; }
  path { stroke: currentColor; fill: none; stroke-width: 1.5; }
  marker path { fill: currentColor; stroke: none; }
  rect { fill: var(--vscode-editorWidget-background); stroke: currentColor; }
  .edge { cursor: pointer; }
  .edge:hover path, .edge:focus path { stroke-width: 3; }
  .weaken path { stroke-dasharray: 6 4; }
  .finalizer rect { stroke: var(--vscode-editorWarning-foreground); stroke-width: 2; }
  pre { white-space: pre-wrap; }
</style></head><body>
<h2>${escape(ring.code)}</h2><p>${escape(ring.message)}</p>
<svg viewBox="0 0 600 440" role="img" aria-label="The ring of references">
<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M 0 0 L 10 5 L 0 10 z"/></marker></defs>
${edges.join("\n")}
${nodes.join("\n")}
</svg>
<p>Dashed: the reference to make weak. Framed: an object with a finalizer. Choose an arrow to see where the reference is stored.</p>
<pre>${escape(ring.help)}</pre>
<script nonce="${nonce}">
  const vscode = acquireVsCodeApi();
  for (const edge of document.querySelectorAll("[data-edge]")) {
    const open = () => vscode.postMessage({ edge: Number(edge.dataset.edge) });
    edge.addEventListener("click", open);
    edge.addEventListener("keydown", (event) => { if (event.key === "Enter") open(); });
  }
</script></body></html>`;
}

interface Point {
  x: number;
  y: number;
}

/** An arrow bent to one side, so that one there and one back are two; to itself, a loop. */
function curve(from: Point, to: Point): { path: string; label: Point } {
  if (from.x === to.x && from.y === to.y) {
    const up = from.y - 16;
    return {
      path: `M ${from.x - 20} ${up} C ${from.x - 70} ${up - 80}, ${from.x + 70} ${up - 80}, ${from.x + 20} ${up}`,
      label: { x: from.x, y: up - 66 },
    };
  }
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const bend = { x: (-(to.y - from.y) / length) * 45, y: ((to.x - from.x) / length) * 45 };
  const knee = { x: middle.x + bend.x, y: middle.y + bend.y };
  const shortened = (end: Point) => {
    const distance = Math.hypot(knee.x - end.x, knee.y - end.y);
    return { x: end.x + ((knee.x - end.x) * 22) / distance, y: end.y + ((knee.y - end.y) * 22) / distance };
  };
  const [start, end] = [shortened(from), shortened(to)];
  return {
    path: `M ${start.x} ${start.y} Q ${knee.x} ${knee.y} ${end.x} ${end.y}`,
    label: { x: middle.x + bend.x * 1.6, y: middle.y + bend.y * 0.9 },
  };
}

/** Text from the source, which may say anything. */
export function escape(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (it) => entities[it] ?? it);
}
