// The roll on the page: the canvas fills what is seen of a wide sheet, the playhead moves over it, pointers seek.

const FOLLOW_AT = 0.35; // of the width: where the playhead stands while the sheet moves under it
const HANDS_OFF_MS = 3000; // after scrolling by hand, the sheet stays for a while
const INKS = ["text", "subdued", "paper", "valence", "arousal", ...Object.keys(SHAPES)];

class Roll {
  // say: key, values -> text; onseek: second -> nothing.
  constructor(element, { named, say, onseek }) {
    const find = selector => element.querySelector(selector);
    Object.assign(this, { element, named, say, onseek, pointed: null, audible: null, handsOff: 0, dragging: false });
    Object.assign(this, { scroller: find(".roll"), sheet: find(".sheet"), canvas: find(".sheet canvas"), tip: find(".tip") });
    this.playhead = find(".playhead");
    this.probe = find(".probe");
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    new ResizeObserver(() => this.measure()).observe(this.scroller);
    this.scroller.addEventListener("scroll", () => this.redraw());
    for (const event of ["wheel", "touchmove"]) {
      this.scroller.addEventListener(event, () => { this.handsOff = performance.now() + HANDS_OFF_MS; }, { passive: true });
    }
    this.listen();
  }

  show(roll) {
    Object.assign(this, { roll, audible: new Set(roll.parts.map(part => part.name)), pointed: null, width: 0 });
    this.scroller.scrollLeft = 0;
    this.measure();
    this.place(0);
  }

  measure() {
    const width = this.scroller.clientWidth;
    if (!this.roll || !width || width === this.width) return;
    this.width = width;
    this.layout = layoutOf(this.roll, width);
    this.sheet.style.width = `${this.layout.sheet}px`;
    this.sheet.style.height = `${this.layout.height}px`;
    this.place(this.second ?? 0);
    this.restyle();
  }

  // Read the theme's colours anew and draw with them.
  restyle() {
    if (!this.layout) return;
    this.ink = Object.fromEntries(INKS.map(name => [name, this.resolved(`var(--${name}-ink)`)]));
    this.drawing = new Drawing(this.canvas, this.roll, this.layout, {
      ink: this.ink, named: this.named, loudness: part => this.loudness(part),
    });
    this.redraw();
  }

  resolved(colour) {
    this.probe.style.color = colour;
    return getComputedStyle(this.probe).color;
  }

  loudness(part) {
    if (!this.audible.has(part.name)) return FAINT;
    return this.pointed && this.pointed !== part.name ? 2 * FAINT : 1;
  }

  redraw() {
    if (this.drawing && !this.waiting) {
      this.waiting = requestAnimationFrame(() => {
        this.waiting = 0;
        this.drawing.draw(this.scroller.scrollLeft);
      });
    }
  }

  point(name) {
    this.pointed = name;
    this.redraw();
  }

  hear(names) {
    this.audible = names;
    this.redraw();
  }

  // Put the playhead on a second; while it moves by itself the sheet follows it.
  place(second, follow = false) {
    this.second = second;
    if (!this.layout) return;
    const x = second * this.layout.pxPerS;
    this.playhead.style.transform = `translateX(${x}px)`;
    if (follow && !this.dragging && this.layout.sheet > this.width && performance.now() > this.handsOff) this.follow(x);
  }

  // Move the sheet to where the playhead is, if it is not in sight.
  bring() {
    const x = this.second * this.layout.pxPerS, { scrollLeft } = this.scroller;
    if (x < scrollLeft || x > scrollLeft + this.width) this.follow(x);
  }

  follow(x) {
    const { scrollLeft } = this.scroller, seen = x >= scrollLeft && x < scrollLeft + this.width * 0.95;
    if (this.calm.matches && seen) return;
    this.scroller.scrollLeft = x - this.width * (this.calm.matches ? 0.05 : FOLLOW_AT);
    this.drawing?.draw(this.scroller.scrollLeft); // in this frame, or the notes would lag behind the playhead
  }

  // A mouse drags the playhead; a finger scrolls, and a tap seeks.
  listen() {
    const { sheet } = this, moves = event => event.pointerType === "mouse" && this.dragging;
    sheet.addEventListener("pointerdown", event => {
      if (event.button || !this.layout) return;
      this.dragging = true;
      if (event.pointerType === "mouse") {
        sheet.setPointerCapture(event.pointerId);
        this.seek(event);
      }
    });
    sheet.addEventListener("pointermove", event => (moves(event) ? this.seek(event) : this.explain(event)));
    sheet.addEventListener("pointerup", event => {
      if (this.dragging && event.pointerType !== "mouse") this.seek(event);
      this.dragging = false;
    });
    sheet.addEventListener("pointercancel", () => { this.dragging = false; });
    sheet.addEventListener("pointerleave", () => this.explain(null));
  }

  spot(event) {
    const box = this.sheet.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  seek(event) {
    const [x] = this.spot(event);
    this.onseek(Math.min(this.roll.duration_s, Math.max(0, x / this.layout.pxPerS)));
  }

  explain(event) {
    const note = event && this.layout && event.pointerType === "mouse" && noteAt(this.roll, this.layout, ...this.spot(event));
    this.tip.hidden = !note;
    this.point(note ? note.part.name : null);
    if (!note) return;
    const pitch = note.part.role === "drums" ? "" : ` · ${pitchName(note.pitch, this.named("pitches"))}`;
    this.tip.textContent = `${this.named(note.part.instrument)}${pitch} · ${this.say("bar", { bar: barAt(this.roll, note.start) })}`;
    const [x, y] = this.spot(event), left = x - this.scroller.scrollLeft;
    this.tip.style.transform = `translate(min(${left + 12}px, ${this.width}px - 100%), ${y + 16}px)`;
  }
}
