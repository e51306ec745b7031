// What sounds. The mix is a media element; the parts are Web Audio buffers that start on the same sample. Both answer to
// time (s), playing, play(), pause(), seek(s), loop and volume (0 to 1), so that Sound can hand over between them.

const LEAD_S = 0.05; // all parts are scheduled this far ahead, so that none is late
const FADE_S = 0.015; // muting without a click
const END_S = 0.05; // so near the end, playing begins anew

class Mix {
  constructor(audio) {
    this.audio = audio;
  }
  get time() { return this.audio.currentTime; }
  get playing() { return !this.audio.paused && !this.audio.ended; }
  play() {
    if (this.audio.currentTime > this.audio.duration - END_S) this.audio.currentTime = 0;
    return this.audio.play();
  }
  pause() { this.audio.pause(); }
  seek(second) { this.audio.currentTime = second; }
  set loop(on) { this.audio.loop = on; }
  set volume(level) { this.audio.volume = level; }
}

class Stems {
  constructor(context, buffers, onchange) {
    Object.assign(this, { context, buffers, onchange, sources: [], offset: 0, began: 0, looping: false });
    this.duration = Math.max(...[...buffers.values()].map(buffer => buffer.duration));
    this.master = new GainNode(context);
    this.master.connect(context.destination);
    this.gains = new Map([...buffers.keys()].map(name => [name, new GainNode(context)]));
    for (const gain of this.gains.values()) gain.connect(this.master);
  }

  get playing() { return this.sources.length > 0; }

  // What is heard now was handed to the device a latency ago.
  get time() {
    if (!this.playing) return this.offset;
    const elapsed = Math.max(this.offset, this.context.currentTime - (this.context.outputLatency || 0) - this.began);
    return this.looping ? elapsed % this.duration : Math.min(elapsed, this.duration);
  }

  async play() {
    await this.context.resume();
    if (this.playing) return;
    if (this.offset > this.duration - END_S) this.offset = 0;
    const when = this.context.currentTime + LEAD_S;
    this.began = when - this.offset;
    this.sources = [...this.buffers].map(([name, buffer]) => {
      const source = new AudioBufferSourceNode(this.context, { buffer, loop: this.looping, loopEnd: this.duration });
      source.connect(this.gains.get(name));
      source.start(when, this.offset);
      return source;
    });
    this.sources[0].onended = () => { this.halt(this.duration); this.onchange(); };
    this.onchange();
  }

  pause() {
    this.halt(this.time);
    this.onchange();
  }

  seek(second) {
    const playing = this.playing;
    this.halt(second);
    if (playing) this.play();
  }

  halt(offset) {
    for (const source of this.sources) {
      source.onended = null;
      source.stop();
    }
    this.sources = [];
    this.offset = offset;
  }

  set loop(on) {
    if (this.playing) this.offset = this.time; // the rounds so far are forgotten, the place stays
    this.began = this.context.currentTime - (this.context.outputLatency || 0) - this.offset;
    this.looping = on;
    for (const source of this.sources) source.loop = on;
  }
  set volume(level) { this.master.gain.setTargetAtTime(level, this.context.currentTime, FADE_S); }
  set audible(names) {
    for (const [name, gain] of this.gains) gain.gain.setTargetAtTime(names.has(name) ? 1 : 0, this.context.currentTime, FADE_S);
  }
}

class Sound {
  // fetchStems: () => Promise of an object, part name -> address of its sound.
  constructor(audio, onchange) {
    Object.assign(this, { onchange, mix: new Mix(audio), stems: null, looping: false, level: 1, wanted: null });
    this.engine = this.mix;
    for (const event of ["play", "pause", "ended", "seeked", "loadedmetadata"]) audio.addEventListener(event, onchange);
  }

  load(url, fetchStems) {
    this.pause();
    Object.assign(this, { engine: this.mix, stems: null, wanted: null, fetchStems });
    if (url) this.mix.audio.src = url;
    else this.mix.audio.removeAttribute("src");
  }

  get time() { return this.engine.time; }
  get playing() { return this.engine.playing; }
  play() { return this.engine.play(); }
  pause() { this.engine.pause(); }
  seek(second) {
    this.engine.seek(second);
    this.onchange();
  }
  set loop(on) {
    this.looping = on;
    this.mix.loop = on;
    if (this.stems) this.stems.loop = on;
  }
  set volume(level) {
    this.level = level;
    this.mix.volume = level;
    if (this.stems) this.stems.volume = level;
  }

  // Hear these parts only, or the mix where names is null. The last wish counts, however long the parts take to arrive.
  async hear(names) {
    this.wanted = names;
    const fetchStems = this.fetchStems;
    if (names && !this.stems) {
      this.context ??= new AudioContext(); // inside the click, or the browser keeps it silent
      this.loading ??= this.decode(fetchStems).finally(() => { this.loading = null; });
      const stems = await this.loading;
      if (fetchStems !== this.fetchStems) return; // another song has come meanwhile
      this.stems ??= stems;
    }
    if (this.stems && this.wanted) this.stems.audible = this.wanted;
    this.handOver(this.wanted ? this.stems : this.mix);
  }

  async decode(fetchStems) {
    const addresses = Object.entries(await fetchStems());
    const buffers = await Promise.all(addresses.map(async ([name, address]) => {
      const response = await fetch(address);
      if (!response.ok) throw new Error(response.statusText);
      return [name, await this.context.decodeAudioData(await response.arrayBuffer())];
    }));
    const stems = new Stems(this.context, new Map(buffers), this.onchange);
    stems.loop = this.looping;
    stems.volume = this.level;
    return stems;
  }

  handOver(next) {
    if (next === this.engine) return;
    const { time, playing } = this.engine;
    this.engine.pause();
    this.engine = next;
    next.seek(time);
    if (playing) next.play();
    this.onchange();
  }
}
