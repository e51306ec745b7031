// The mood as it comes: valence and arousal of the last minute, and where bars began that were heard in it.
const SHOWN_S = 60, WIDE = 600, HIGH = 100;

class Chart {
  constructor(root) {
    this.root = root;
    this.clear();
  }

  clear() {
    [this.points, this.bars] = [[], []];
    this.draw(0);
  }

  add(time, mood) {
    this.points.push({ time, ...mood });
  }

  bar(time) {
    this.bars.push(time);
  }

  draw(now) {
    const begin = now - SHOWN_S;
    while (this.points.length > 1 && this.points[1].time < begin) this.points.shift();
    while (this.bars[0] < begin) this.bars.shift();
    const x = time => ((time - begin) / SHOWN_S * WIDE).toFixed(1), y = value => ((1 - value) * HIGH / 2).toFixed(1);
    for (const axis of ["valence", "arousal"]) {
      const last = this.points.at(-1);
      const line = [...this.points, ...(last ? [{ ...last, time: now }] : [])];
      this.root.querySelector(`polyline.${axis}`).setAttribute("points", line.map(point => `${x(point.time)},${y(point[axis])}`).join(" "));
    }
    this.root.querySelector(".bars").setAttribute("d", this.bars.filter(time => time <= now).map(time => `M${x(time)} 0V${HIGH}`).join(""));
  }
}
