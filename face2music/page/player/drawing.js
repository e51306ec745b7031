// The roll on a canvas. A part has a colour and a shape of its own, so that it is known without the colour too.

const FONT = "11px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
const FAINT = 0.12; // parts that are muted, or not pointed at
const EDGE = 5, SAMPLE = 14;
const DASHES = { valence: [], arousal: [5, 4] };

// Each draws a note from its left edge x, w wide, h high, around the height y.
const SHAPES = {
  melody(pen, x, y, w, h) {
    pen.beginPath();
    pen.roundRect(x, y - h / 2 - 0.5, w, h + 1, 2);
    pen.fill();
  },
  chords(pen, x, y, w, h) {
    const alpha = pen.globalAlpha;
    pen.globalAlpha = alpha * 0.22;
    pen.fillRect(x, y - h / 2, w, h);
    pen.globalAlpha = alpha;
    pen.lineWidth = 1.25;
    pen.strokeRect(x + 0.6, y - h / 2 + 0.6, Math.max(1, w - 1.2), Math.max(1, h - 1.2));
  },
  bass(pen, x, y, w, h) {
    for (let left = x; left < x + w; left += 5) pen.fillRect(left, y - h / 2, Math.min(3.5, x + w - left), h);
  },
  colour(pen, x, y, w, h) {
    pen.fillRect(x, y - 0.75, w, 1.5);
    pen.beginPath();
    pen.arc(x + h / 2, y, h / 2, 0, 2 * Math.PI);
    pen.fill();
  },
  drums(pen, x, y, w, h) {
    const r = h / 2;
    pen.beginPath();
    for (const [dx, dy] of [[0, -r], [r, 0], [0, r], [-r, 0]]) pen.lineTo(x + dx, y + dy);
    pen.fill();
  },
};

function drawNote(pen, role, x, y, w, h) {
  (SHAPES[role] ?? SHAPES.melody)(pen, x, y, w, h);
}

// `names` are the twelve from C on, as the visitor's language has them, with spaces between.
function pitchName(pitch, names) {
  return `${names.split(" ")[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

// Fit the canvas to its place on the screen's own pixels, and give the pen that draws in CSS pixels.
function penOf(canvas, width, height) {
  const scale = devicePixelRatio || 1;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = FONT;
  pen.textBaseline = "middle";
  return pen;
}

class Drawing {
  // ink: name -> colour; named: a name of the roll -> its text; loudness: part -> 0 (unseen) to 1.
  constructor(canvas, roll, layout, { ink, named, loudness }) {
    Object.assign(this, { canvas, roll, layout, ink, named, loudness });
  }

  draw(left) {
    this.left = left;
    this.pen = penOf(this.canvas, this.layout.width, this.layout.height);
    this.sections();
    this.bars();
    this.octaveLines();
    for (const part of this.roll.parts) this.part(part);
    this.octaveNames();
    this.chords();
    this.curve();
  }

  x(second) { return second * this.layout.pxPerS - this.left; }

  rule(x, top, bottom, alpha, dx = 0) {
    this.pen.globalAlpha = alpha;
    this.pen.fillStyle = this.ink.text;
    this.pen.fillRect(Math.round(x), top, dx || 1, bottom - top);
    this.pen.globalAlpha = 1;
  }

  text(words, x, y, colour, weight = "") {
    this.pen.font = weight ? `${weight} ${FONT}` : FONT;
    this.pen.fillStyle = colour;
    this.pen.fillText(words, x, y);
  }

  // A name stays in sight while its span does, and is cut where the span is too short for it.
  sections() {
    const { sections, height } = { ...this.layout.lanes, height: this.layout.height };
    this.roll.sections.forEach((section, number) => {
      const left = this.x(section.start_s), right = this.x(section.end_s);
      if (right < 0 || left > this.layout.width) return;
      this.rule(left, sections.top, height, number % 2 ? 0.02 : 0.06, right - left);
      this.rule(left, sections.top, height, 0.3);
      this.within(left, right, sections, () => {
        this.text(this.named(section.name), Math.max(left, 0) + EDGE, (sections.top + sections.bottom) / 2, this.ink.text, "600");
      });
    });
  }

  within(left, right, lane, draw) {
    this.pen.save();
    this.pen.beginPath();
    this.pen.rect(left, lane.top, right - left, lane.height);
    this.pen.clip();
    draw();
    this.pen.restore();
  }

  bars() {
    const { ruler, notes } = this.layout.lanes, { bars } = this.roll;
    const every = [1, 2, 4, 8, 16].find(n => (n * this.roll.duration_s * this.layout.pxPerS) / bars.length > 30) ?? 32;
    bars.forEach((start, number) => {
      const x = this.x(start);
      if (x < -40 || x > this.layout.width) return;
      this.rule(x, notes.top, this.layout.height, 0.13);
      if (number % every) return;
      this.rule(x, ruler.bottom - 5, ruler.bottom, 0.5);
      this.text(String(number + 1), x + 4, ruler.top + 9, this.ink.subdued);
    });
  }

  // Each C, with the height of its lower edge.
  octaves() {
    const { lowest, highest, row, y } = this.layout, found = [];
    for (let pitch = Math.ceil(lowest / 12) * 12; pitch <= highest; pitch += 12) found.push([pitch, y(pitch) + row / 2]);
    return found;
  }

  octaveLines() {
    this.pen.globalAlpha = 0.16;
    this.pen.fillStyle = this.ink.text;
    for (const [, y] of this.octaves()) this.pen.fillRect(0, Math.round(y), this.layout.width, 1);
    this.pen.globalAlpha = 1;
  }

  // Over the notes, with a rim of paper.
  octaveNames() {
    this.pen.lineWidth = 4;
    this.pen.lineJoin = "round";
    this.pen.strokeStyle = this.ink.paper;
    for (const [pitch, y] of this.octaves()) {
      this.pen.font = FONT;
      const name = pitchName(pitch, this.named("pitches"));
      this.pen.strokeText(name, EDGE, y - 6);
      this.text(name, EDGE, y - 6, this.ink.subdued);
    }
  }

  part(part) {
    const drums = part.role === "drums", height = drums ? 7 : Math.max(3.5, this.layout.row * 1.25);
    this.pen.fillStyle = this.pen.strokeStyle = this.ink[part.role] ?? this.ink.text;
    for (const [start, duration, pitch, velocity] of part.notes) {
      const x = this.x(start), width = Math.max(3, duration * this.layout.pxPerS - 1);
      if (x + width < 0 || x > this.layout.width + 8) continue;
      this.pen.globalAlpha = this.loudness(part) * (0.35 + 0.65 * Math.min(1, velocity / 110));
      drawNote(this.pen, part.role, x, drums ? this.layout.drumY(pitch) : this.layout.y(pitch), width, height);
    }
    this.pen.globalAlpha = 1;
  }

  // A chord's name stays in sight while it sounds, and is left out where it has no room.
  chords() {
    const lane = this.layout.lanes.chords, { chords, duration_s: end } = this.roll;
    let free = 0;
    chords.forEach(({ start_s: start, name }, number) => {
      const right = this.x(chords[number + 1]?.start_s ?? end), x = Math.max(0, this.x(start)) + EDGE;
      const width = this.pen.measureText(name).width;
      if (x < free || x > this.layout.width || x + width > Math.max(right, this.x(start) + width + EDGE)) return;
      free = x + width + EDGE;
      this.text(name, x, (lane.top + lane.bottom) / 2, this.ink.text);
    });
  }

  curve() {
    const lane = this.layout.lanes.curve, [top, bottom] = [lane.top + 5, lane.bottom - 5], middle = (top + bottom) / 2;
    this.pen.globalAlpha = 0.25;
    this.pen.fillStyle = this.ink.text;
    this.pen.fillRect(0, Math.round(middle), this.layout.width, 1);
    this.pen.globalAlpha = 1;
    const labels = Object.keys(DASHES).map(quantity => {
      const y = point => middle - (point[quantity] * (bottom - top)) / 2, { curve } = this.roll;
      const path = curve.map(point => [this.x(point.start_s), y(point)]);
      this.stroke([...path, [this.x(this.roll.duration_s), y(curve.at(-1))]], quantity);
      return { words: this.named(quantity), y: y(at(curve, this.left / this.layout.pxPerS) ?? curve[0]), quantity };
    });
    this.labels(labels, lane);
  }

  stroke(path, quantity) {
    this.pen.beginPath();
    for (const [x, y] of path) this.pen.lineTo(x, y);
    this.pen.setLineDash(DASHES[quantity]);
    this.pen.lineWidth = 2;
    this.pen.strokeStyle = this.ink[quantity];
    this.pen.stroke();
    this.pen.setLineDash([]);
  }

  // The names stand beside their lines at the left edge, with a piece of the line, and never on each other.
  labels(labels, lane) {
    labels.sort((a, b) => a.y - b.y);
    const [upper, lower] = labels;
    upper.y = Math.min(Math.max(upper.y, lane.top + 8), lane.bottom - 22);
    lower.y = Math.min(Math.max(lower.y, upper.y + 14), lane.bottom - 8);
    for (const { words, y, quantity } of labels) {
      this.pen.fillStyle = this.ink.paper;
      this.pen.fillRect(0, y - 7, EDGE + SAMPLE + this.pen.measureText(words).width + 10, 14);
      this.stroke([[EDGE, y], [EDGE + SAMPLE, y]], quantity);
      this.text(words, EDGE + SAMPLE + 5, y, this.ink[quantity]);
    }
  }
}
