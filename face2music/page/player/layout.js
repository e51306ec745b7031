// Where things stand on the roll: lanes from the top, seconds to the right; lengths in CSS pixels.

const MIN_PX_PER_S = 18, MIN_PX_PER_BEAT = 16; // a longer song scrolls instead of being squeezed
const RULER = 18, CURVE = 46, SECTIONS = 24, CHORDS = 20, GAP = 8, DRUM_ROW = 11;
const [MIN_NOTES, MAX_NOTES, PITCH_ROW] = [150, 270, 6];

function layoutOf(roll, width) {
  const pitches = roll.parts.filter(part => part.role !== "drums").flatMap(part => part.notes.map(note => note[2]));
  const drums = roll.parts.filter(part => part.role === "drums").flatMap(part => part.notes.map(note => note[2]));
  const lowest = Math.min(60, ...pitches) - 1, highest = Math.max(72, ...pitches) + 1;
  const drumRows = [...new Set(drums)].sort((a, b) => b - a);
  const notes = Math.min(MAX_NOTES, Math.max(MIN_NOTES, (highest - lowest + 1) * PITCH_ROW));
  const lanes = stack({
    ruler: RULER, curve: CURVE, sections: SECTIONS, chords: CHORDS, notes,
    drums: drumRows.length ? drumRows.length * DRUM_ROW + 1.5 * GAP : 0,
  });
  const beatsPerS = (roll.bars.length * roll.beats_a_bar) / roll.duration_s;
  const pxPerS = Math.max(width / roll.duration_s, MIN_PX_PER_S, MIN_PX_PER_BEAT * beatsPerS);
  const row = notes / (highest - lowest + 1);
  return {
    lanes, width, pxPerS, row, lowest, highest,
    height: lanes.drums.top + lanes.drums.height,
    sheet: Math.max(width, Math.round(roll.duration_s * pxPerS)),
    y: pitch => lanes.notes.top + (highest - pitch + 0.5) * row,
    drumY: pitch => lanes.drums.top + GAP + (drumRows.indexOf(pitch) + 0.5) * DRUM_ROW,
  };
}

function stack(heights) {
  let top = 0;
  return Object.fromEntries(Object.entries(heights).map(([name, height]) => [name, { top, height, bottom: (top += height) }]));
}

// The last entry that has begun at this second, or nothing.
function at(entries, second, start = entry => entry.start_s) {
  return entries.findLast(entry => start(entry) <= second + 1e-6);
}

function barAt(roll, second) {
  return Math.max(1, roll.bars.filter(start => start <= second + 1e-6).length);
}

// The note under a point of the sheet, the nearest in height among those that sound then.
function noteAt(roll, layout, x, y) {
  const reach = 6;
  let best = null;
  for (const part of roll.parts) {
    const drums = part.role === "drums";
    for (const [start, duration, pitch, velocity] of part.notes) {
      const left = start * layout.pxPerS, right = drums ? left : left + duration * layout.pxPerS;
      if (x < left - reach || x > right + reach) continue;
      const distance = Math.abs(y - (drums ? layout.drumY(pitch) : layout.y(pitch)));
      if (distance < (best ? best.distance : reach)) best = { part, start, pitch, velocity, distance };
    }
  }
  return best;
}
