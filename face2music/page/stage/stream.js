// Pieces of sound that are asked for one after the other and played back to back, to the sample: as the player's clock goes on,
// more is asked for, and never more than is needed, so that what the face does now is heard soon.
const LEAD_S = 0.35, LEAD_MORE_S = 0.1, MOST_LEAD_S = 1; // what is kept ahead: more after each time it was not enough
const FADE_OUT_S = 0.4, EDGE_S = 0.01;
const MARGIN_S = 0.02; // what is due sooner than this may be late before it is told to start

class Stream {
  // `pull` gives pieces; `onbar` is told of each bar with the time of the context at which it sounds; `onend` when all is over.
  constructor(context, pull, onbar, onend) {
    Object.assign(this, { context, pull, onbar, onend, lead: LEAD_S, next: 0, begin: 0, late: 0, asking: false, ended: false, playing: 0 });
    this.out = new GainNode(context);
    this.out.connect(context.destination);
  }

  get ahead() {
    return this.next - Math.max(this.context.currentTime, this.begin);
  }

  // Ask for pieces until there is enough ahead, and again when there no more is. Each piece that ends asks, too: in a page that
  // is hidden, timers are slow.
  async fill() {
    if (this.asking || this.ended) return;
    this.asking = true;
    try {
      while (!this.ended && this.ahead < this.lead) await this.take();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.fill(), 1000 * Math.max(0, this.next - this.context.currentTime - this.lead));
    } catch (trouble) {
      this.end(trouble);
    } finally {
      this.asking = false;
    }
  }

  async take() {
    const piece = await this.pull();
    if (this.ended) return;
    if (piece.count) {
      const data = Uint8Array.from(atob(piece.flac), letter => letter.charCodeAt(0));
      this.schedule(await this.context.decodeAudioData(data.buffer), piece);
    }
    if (piece.last) this.ended = true;
    if (piece.last && !this.playing) this.end();
  }

  schedule(buffer, piece) {
    const now = this.context.currentTime, gain = this.out.gain;
    if (this.next < now + MARGIN_S) {
      if (this.next) {
        this.late += 1;
        this.lead = Math.min(MOST_LEAD_S, this.lead + LEAD_MORE_S);
      }
      this.begin = this.next = now + this.lead;
      gain.setValueAtTime(0, this.next);
      gain.linearRampToValueAtTime(1, this.next + EDGE_S);
    } else gain.cancelScheduledValues(this.next - EDGE_S);
    const source = new AudioBufferSourceNode(this.context, { buffer });
    source.connect(this.out);
    source.start(this.next);
    this.playing += 1;
    source.onended = () => {
      this.playing -= 1;
      if (this.ended && !this.playing) this.end();
      else this.fill();
    };
    for (const bar of piece.bars) this.onbar(bar, this.next + (bar.at - piece.start) / this.context.sampleRate);
    // By the count of samples, not by the buffer's rounded duration.
    this.next += piece.count / this.context.sampleRate;
    // If what follows comes too late, it is silent without a click; what comes in time takes that back.
    gain.setValueAtTime(1, this.next - EDGE_S);
    gain.linearRampToValueAtTime(0, this.next);
  }

  // Silence within less than half a second, without a click.
  halt() {
    if (!this.onend) return;
    this.ended = true;
    const now = this.context.currentTime;
    this.out.gain.cancelScheduledValues(now);
    this.out.gain.setValueAtTime(1, now);
    this.out.gain.linearRampToValueAtTime(0, now + FADE_OUT_S);
    setTimeout(() => this.end(), FADE_OUT_S * 1000);
  }

  end(trouble) {
    this.ended = true;
    const onend = this.onend;
    this.onend = null;
    if (this.context.state !== "closed") this.context.close();
    onend?.(trouble);
  }
}
