// The drawing of a case, to be moved and zoomed. The page brings a picture of it, which stands in until this one is there:
//
//   <div id="canvas" class="lw-drawing"> … server-drawn SVG … </div>
//   <script type="application/json" id="drawing">{"xml_url": …, "states": {element id: {"state": …, "note": …, "href": …}}}</script>
//
// state: done, active, late or failed. note: who and when, in the reader's language. href: where a called procedure is shown.
// Both note and href may be missing. The watermark of bpmn.io belongs to the drawing and stays.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

const canvas = document.querySelector('#canvas');
const { xml_url: address, states } = JSON.parse(document.querySelector('#drawing').textContent);

try {
  await draw();
} catch (error) {
  // The picture that the server drew is still there.
  console.error(error);
}

async function draw() {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const stage = document.createElement('div');
  stage.className = 'lw-stage';
  canvas.append(stage);
  // It must have its size before the drawing is put into it.
  canvas.classList.add('lw-live');
  const viewer = new NavigatedViewer({ container: stage });
  try {
    await viewer.importXML(await answer.text());
  } catch (error) {
    canvas.classList.remove('lw-live');
    stage.remove();
    throw error;
  }
  mark(viewer);
  fit(viewer);
}

function mark(viewer) {
  const elements = viewer.get('elementRegistry');
  for (const [id, state] of Object.entries(states)) {
    // A saved case may know steps that this drawing no longer shows.
    const element = elements.get(id);
    if (!element) continue;
    viewer.get('canvas').addMarker(id, `lw-${state.state}`);
    if (state.note || state.href) viewer.get('overlays').add(id, { position: { bottom: 4, left: 4 }, html: note(state, element.businessObject.name) });
  }
  viewer.on('element.click', ({ element }) => {
    const { href } = states[element.id] ?? {};
    if (href) location.assign(href);
  });
}

function note({ state, note: text, href }, name) {
  const box = document.createElement(href ? 'a' : 'span');
  if (href) box.href = href;
  box.className = `lw-note lw-note-${state}`;
  box.textContent = text || '↓';
  if (!text) box.ariaLabel = name ?? '';
  return box;
}

function fit(viewer) {
  const page = viewer.get('canvas');
  page.zoom('fit-viewport', 'auto');
  if (page.zoom() > 1) page.zoom(1, 'auto');
  // On a phone a whole procedure would be too small to read: start at its beginning instead.
  const READABLE = 0.45;
  if (page.zoom() >= READABLE) return;
  const { inner } = page.viewbox();
  page.viewbox({ x: inner.x - 10, y: inner.y - 10, width: page.getSize().width / READABLE, height: page.getSize().height / READABLE });
}
